<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>About</name>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Console</source>
        <translation>控制台</translation>
    </message>
    <message>
        <source>Copied: versions, places' kinds and counts, nothing secret.</source>
        <translation>已复制：版本、位置类型和数量，不含机密。</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Data JellyFish is free software under the Apache License 2.0. It stands on these:</source>
        <translation>Data JellyFish 是采用 Apache License 2.0 的自由软件。它使用了：</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation>账本</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Moves records from one system to another over HTTP and can prove it.</source>
        <translation>通过 HTTP 在系统之间搬运记录，并能加以证明。</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Python, Qt</source>
        <translation>Python、Qt</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Versions and places</source>
        <translation>版本与位置</translation>
    </message>
    <message>
        <source>Versions, places and counts; no record, address or secret.</source>
        <translation>版本、位置和数量；不含记录、地址或密钥。</translation>
    </message>
</context>
<context>
    <name>Activity</name>
    <message>
        <source>Alerts</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>Alerts {n}</source>
        <translation>告警 {n}</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Parts of the activity</source>
        <translation>活动的各部分</translation>
    </message>
    <message>
        <source>Show alerts</source>
        <translation>显示告警</translation>
    </message>
    <message>
        <source>Show operations</source>
        <translation>显示操作</translation>
    </message>
    <message>
        <source>Show who changed what</source>
        <translation>显示谁更改了什么</translation>
    </message>
</context>
<context>
    <name>Alerts</name>
    <message>
        <source>Alerts</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>Channels…</source>
        <translation>渠道…</translation>
    </message>
    <message>
        <source>Choose an alert to look into it.</source>
        <translation>选择一条告警以查看。</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>No alert is open, and none was lately</source>
        <translation>没有未恢复的告警，最近也没有</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>发出时间</translation>
    </message>
    <message>
        <source>Resolved</source>
        <translation>恢复时间</translation>
    </message>
    <message>
        <source>Rules of the job</source>
        <translation>任务的规则</translation>
    </message>
    <message>
        <source>Rules stand in each job; channels say who is told.</source>
        <translation>规则写在各个任务中；渠道决定通知谁。</translation>
    </message>
    <message>
        <source>Show the failures</source>
        <translation>显示失败</translation>
    </message>
    <message>
        <source>Show the source</source>
        <translation>显示来源</translation>
    </message>
    <message>
        <source>Show what waits</source>
        <translation>显示等待的记录</translation>
    </message>
    <message>
        <source>Told last</source>
        <translation>最近通知</translation>
    </message>
    <message>
        <source>Told to</source>
        <translation>通知到</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>open</source>
        <translation>未恢复</translation>
    </message>
    <message>
        <source>resolved</source>
        <translation>已恢复</translation>
    </message>
    <message>
        <source>{job} → {consumer}</source>
        <translation>{job} → {consumer}</translation>
    </message>
    <message>
        <source>{sentence} The rule: {when}</source>
        <translation>{sentence}规则：{when}</translation>
    </message>
</context>
<context>
    <name>Attempts</name>
    <message>
        <source>Attempt {n}</source>
        <translation>第 {n} 次尝试</translation>
    </message>
    <message>
        <source>Copy this answer's body</source>
        <translation>复制此应答的内容</translation>
    </message>
    <message>
        <source>Copy this request as cURL</source>
        <translation>将此请求复制为 cURL</translation>
    </message>
    <message>
        <source>Cycle {n}: before it was sent again by an operator</source>
        <translation>第 {n} 轮：操作员再次发送之前</translation>
    </message>
    <message>
        <source>It waits for its first attempt.</source>
        <translation>正在等待第一次尝试。</translation>
    </message>
    <message>
        <source>No complete answer came.</source>
        <translation>没有收到完整的应答。</translation>
    </message>
    <message>
        <source>No consumer takes this record.</source>
        <translation>没有消费端接收这条记录。</translation>
    </message>
    <message>
        <source>Not sent yet</source>
        <translation>尚未发送</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>请求</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln older attempt(s)</source>
        <translation>
            <numerusform>显示更早的 %Ln 次尝试</numerusform>
        </translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>经过</translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message>
        <source>Any change</source>
        <translation>任意更改</translation>
    </message>
    <message>
        <source>Audit list</source>
        <translation>审计列表</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>No change matches</source>
        <translation>没有匹配的更改</translation>
    </message>
    <message>
        <source>Nothing fits who, what, on what and time together.</source>
        <translation>没有同时符合操作者、内容、对象和时间的更改。</translation>
    </message>
    <message>
        <source>Nothing was changed yet</source>
        <translation>还没有更改</translation>
    </message>
    <message>
        <source>On what</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>On what contains…</source>
        <translation>对象包含…</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>Who contains…</source>
        <translation>操作者包含…</translation>
    </message>
    <message>
        <source>Whoever changes something stands here, with when and where.</source>
        <translation>每次更改都会列在这里，包括时间和来源。</translation>
    </message>
    <message>
        <source>{when} · {who} from {where} · {what} {target}</source>
        <translation>{when} · {who} 从 {where} · {what} {target}</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Put away</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
</context>
<context>
    <name>Beside</name>
    <message>
        <source>Back to the form</source>
        <translation>返回表单</translation>
    </message>
    <message>
        <source>Beside the form</source>
        <translation>表单旁边</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>映射</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Paste, test…</source>
        <translation>粘贴、测试…</translation>
    </message>
    <message>
        <source>Test pull</source>
        <translation>测试拉取</translation>
    </message>
    <message>
        <source>Test push</source>
        <translation>测试推送</translation>
    </message>
</context>
<context>
    <name>Bulk</name>
    <message>
        <source>As it was sent</source>
        <translation>按当时发送的内容</translation>
    </message>
    <message>
        <source>As today's mapping makes it</source>
        <translation>按现在的映射</translation>
    </message>
    <message>
        <source>Counting what matches…</source>
        <translation>正在统计匹配的记录…</translation>
    </message>
    <message>
        <source>It was sent again or skipped meanwhile.</source>
        <translation>在此期间它已被重发或跳过。</translation>
    </message>
    <message>
        <source>Nothing matches any more</source>
        <translation>已没有匹配的记录</translation>
    </message>
    <message>
        <source>Reason, for whoever looks at it later</source>
        <translation>原因，供以后查看的人参考</translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)</source>
        <translation>
            <numerusform>重发 %Ln 条记录</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)?</source>
        <translation>
            <numerusform>重发 %Ln 条记录？</numerusform>
        </translation>
    </message>
    <message>
        <source>Resend all</source>
        <translation>全部重发</translation>
    </message>
    <message>
        <source>Resend more than {n} records?</source>
        <translation>重发超过 {n} 条记录？</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)?</source>
        <translation>
            <numerusform>跳过 %Ln 条记录？</numerusform>
        </translation>
    </message>
    <message>
        <source>Skip more than {n} records?</source>
        <translation>跳过超过 {n} 条记录？</translation>
    </message>
    <message>
        <source>The request is made anew, as the job says it now.</source>
        <translation>按任务现在的配置重新生成请求。</translation>
    </message>
    <message>
        <source>The request of the last attempt goes out once more.</source>
        <translation>再次发出最近一次尝试的请求。</translation>
    </message>
    <message>
        <source>{about} They are no failures any more; attempts stay, and they can be resent.</source>
        <translation>{about}之后它们不再算作失败；尝试记录仍保留，也可以重发。</translation>
    </message>
</context>
<context>
    <name>Channels</name>
    <message>
        <source>Alert channels</source>
        <translation>通知渠道</translation>
    </message>
    <message>
        <source>Alert rules that name it tell nobody there any more.</source>
        <translation>使用它的告警规则将不再通知任何人。</translation>
    </message>
    <message>
        <source>By this name a job's alert rules call it.</source>
        <translation>任务的告警规则用此名称引用它。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Change {name}: its address is written anew</source>
        <translation>更改 {name}：地址需重新填写</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Channel {name} is deleted.</source>
        <translation>通知渠道 {name} 已删除。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete channel {name}?</source>
        <translation>删除通知渠道 {name}？</translation>
    </message>
    <message>
        <source>Delete channel {name}…</source>
        <translation>删除通知渠道 {name}…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>New channel</source>
        <translation>新建渠道</translation>
    </message>
    <message>
        <source>No channel yet. Make one, and name it in a job's alerts.</source>
        <translation>还没有通知渠道。请新建一个，并在任务的告警中引用。</translation>
    </message>
    <message>
        <source>Please fill this in.</source>
        <translation>请填写此项。</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save and send a test</source>
        <translation>保存并发送测试</translation>
    </message>
    <message>
        <source>Send a test</source>
        <translation>发送测试</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>正在发送…</translation>
    </message>
    <message>
        <source>The test message was sent. Look whether it arrived.</source>
        <translation>测试消息已发出。请确认是否收到。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Where alerts are told. The alert rules of a job name them.</source>
        <translation>告警发往何处。任务的告警规则引用它们。</translation>
    </message>
    <message>
        <source>changed {time}</source>
        <translation>{time} 更改</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>不填</translation>
    </message>
    <message>
        <source>{name} (may be empty)</source>
        <translation>{name}（可留空）</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message>
        <source>Keep it running</source>
        <translation>继续运行</translation>
    </message>
    <message>
        <source>Keep the node running?</source>
        <translation>让节点继续运行吗？</translation>
    </message>
    <message>
        <source>Stop it and quit</source>
        <translation>停止并退出</translation>
    </message>
    <message>
        <source>Without a window it goes on pulling and pushing, with its sign in the tray. Quitting stops it in order. Your choice is remembered; Settings, Appearance changes it.</source>
        <translation>没有窗口时它会继续拉取和推送，并在托盘中显示图标。退出会按顺序停止它。你的选择会被记住；可在“设置 › 外观”中更改。</translation>
    </message>
</context>
<context>
    <name>Code</name>
    <message numerus="yes">
        <source>… %Ln more character(s)</source>
        <translation>
            <numerusform>… 还有 %Ln 个字符</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Connections</name>
    <message>
        <source>A token is needed to connect.</source>
        <translation>需要令牌才能连接。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Compare its SHA-256 fingerprint with what the node's administrator reads there:</source>
        <translation>请将其 SHA-256 指纹与节点管理员在此处读到的比对：</translation>
    </message>
    <message>
        <source>Connect to another node</source>
        <translation>连接到另一个节点</translation>
    </message>
    <message>
        <source>Connect to another node…</source>
        <translation>连接到另一个节点…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Edit the connection</source>
        <translation>编辑连接</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>It works: node {node}, version {version}, on {database}.</source>
        <translation>连接成功：节点 {node}，版本 {version}，数据库 {database}。</translation>
    </message>
    <message>
        <source>Its address and token are forgotten on this computer. The node itself goes on.</source>
        <translation>这台电脑会忘记它的地址和令牌。节点本身继续运行。</translation>
    </message>
    <message>
        <source>Kind of place</source>
        <translation>环境类型</translation>
    </message>
    <message>
        <source>Left empty, the one that is kept stays.</source>
        <translation>留空则保留原有令牌。</translation>
    </message>
    <message>
        <source>Made by `jellyfish token create`. It is kept in this system's keyring, or in a file only you can read.</source>
        <translation>由 `jellyfish token create` 创建。保存在本系统的钥匙串中，或保存在只有你能读取的文件中。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Production</source>
        <translation>生产</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove the connection “{name}”?</source>
        <translation>移除连接“{name}”？</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Save and connect</source>
        <translation>保存并连接</translation>
    </message>
    <message>
        <source>Switch</source>
        <translation>切换</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>The token could not be kept: {why}.</source>
        <translation>无法保存令牌：{why}。</translation>
    </message>
    <message>
        <source>The token may only read.</source>
        <translation>该令牌只能读取。</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>Trust this certificate</source>
        <translation>信任此证书</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>production</source>
        <translation>生产</translation>
    </message>
    <message>
        <source>staging</source>
        <translation>预发布</translation>
    </message>
    <message>
        <source>starts with this program</source>
        <translation>随本程序启动</translation>
    </message>
    <message>
        <source>test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>{action} {name}</source>
        <translation>{action} {name}</translation>
    </message>
</context>
<context>
    <name>Database</name>
    <message numerus="yes">
        <source>%Ln broken fact(s):</source>
        <translation>
            <numerusform>%Ln 项事实不成立：</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln fact(s) compared, all right.</source>
        <translation>
            <numerusform>已比较 %Ln 项事实，全部正确。</numerusform>
        </translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>立即检查</translation>
    </message>
    <message>
        <source>Check the database</source>
        <translation>检查数据库</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>Free on its disk</source>
        <translation>磁盘剩余空间</translation>
    </message>
    <message>
        <source>It took {time}.</source>
        <translation>用时 {time}。</translation>
    </message>
    <message>
        <source>Keep a copy of the database before anything else.</source>
        <translation>请先备份数据库，再做其他操作。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Recounts every record, delivery and attempt and compares them with what the screens tell. It reads beside the traffic; with millions of records it takes minutes. It goes on when you leave this page.</source>
        <translation>重新统计每条记录、投递和尝试，并与界面显示的数字比较。它与正常读写并行；有数百万条记录时需要几分钟。离开此页后会继续。</translation>
    </message>
    <message>
        <source>Schema</source>
        <translation>结构版本</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>The check runs</source>
        <translation>正在检查</translation>
    </message>
    <message>
        <source>Where this node keeps its ledger, and whether it adds up.</source>
        <translation>此节点的账本保存在何处，以及数字是否相符。</translation>
    </message>
</context>
<context>
    <name>Deeds</name>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>1 delivery</source>
        <translation>1 个投递</translation>
    </message>
    <message>
        <source>1 delivery as it was</source>
        <translation>1 个投递，保持原样</translation>
    </message>
    <message>
        <source>: </source>
        <translation>：</translation>
    </message>
    <message>
        <source>all jobs{of}</source>
        <translation>全部任务{of}</translation>
    </message>
    <message>
        <source>cancel operation</source>
        <translation>取消操作</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>check the ledger</source>
        <translation>检查账本</translation>
    </message>
    <message>
        <source>copy database</source>
        <translation>复制数据库</translation>
    </message>
    <message>
        <source>create token</source>
        <translation>创建令牌</translation>
    </message>
    <message>
        <source>delete channel</source>
        <translation>删除渠道</translation>
    </message>
    <message>
        <source>delete job</source>
        <translation>删除任务</translation>
    </message>
    <message>
        <source>delete secret</source>
        <translation>删除密钥</translation>
    </message>
    <message>
        <source>delivery {n}</source>
        <translation>投递 {n}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>drain node</source>
        <translation>排空节点</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>forget node</source>
        <translation>移除节点</translation>
    </message>
    <message>
        <source>from delivery {first} to {last}</source>
        <translation>从投递 {first} 到 {last}</translation>
    </message>
    <message>
        <source>from {label}</source>
        <translation>来自 {label}</translation>
    </message>
    <message>
        <source>from {since} to {until}</source>
        <translation>从 {since} 到 {until}</translation>
    </message>
    <message>
        <source>let node work again</source>
        <translation>让节点恢复工作</translation>
    </message>
    <message>
        <source>more than {n} deliveries</source>
        <translation>超过 {n} 个投递</translation>
    </message>
    <message>
        <source>more than {n} deliveries as they were</source>
        <translation>超过 {n} 个投递，保持原样</translation>
    </message>
    <message>
        <source>operation {n}</source>
        <translation>操作 {n}</translation>
    </message>
    <message>
        <source>pause consumer</source>
        <translation>暂停消费端</translation>
    </message>
    <message>
        <source>pause job</source>
        <translation>暂停任务</translation>
    </message>
    <message>
        <source>pause operation</source>
        <translation>暂停操作</translation>
    </message>
    <message>
        <source>re-pull</source>
        <translation>补拉</translation>
    </message>
    <message>
        <source>record {n}{of}</source>
        <translation>记录 {n}{of}</translation>
    </message>
    <message>
        <source>resend</source>
        <translation>重发</translation>
    </message>
    <message>
        <source>resume consumer</source>
        <translation>恢复消费端</translation>
    </message>
    <message>
        <source>resume job</source>
        <translation>恢复任务</translation>
    </message>
    <message>
        <source>resume operation</source>
        <translation>恢复操作</translation>
    </message>
    <message>
        <source>revoke token</source>
        <translation>吊销令牌</translation>
    </message>
    <message>
        <source>run now</source>
        <translation>立即运行</translation>
    </message>
    <message>
        <source>save job</source>
        <translation>保存任务</translation>
    </message>
    <message>
        <source>set channel</source>
        <translation>设置渠道</translation>
    </message>
    <message>
        <source>set cursor</source>
        <translation>设置游标</translation>
    </message>
    <message>
        <source>set secret</source>
        <translation>设置密钥</translation>
    </message>
    <message>
        <source>skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>test channel</source>
        <translation>测试渠道</translation>
    </message>
    <message>
        <source>test job</source>
        <translation>测试任务</translation>
    </message>
    <message>
        <source>test pull</source>
        <translation>测试拉取</translation>
    </message>
    <message>
        <source>test push sent</source>
        <translation>发送测试推送</translation>
    </message>
    <message>
        <source>the end</source>
        <translation>终点</translation>
    </message>
    <message>
        <source>the start</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>token {n}</source>
        <translation>令牌 {n}</translation>
    </message>
    <message>
        <source>until {at}</source>
        <translation>到 {at} 为止</translation>
    </message>
    <message>
        <source>version {n}</source>
        <translation>版本 {n}</translation>
    </message>
    <message>
        <source>{n} broken</source>
        <translation>{n} 处不符</translation>
    </message>
    <message>
        <source>{n} deliveries</source>
        <translation>{n} 个投递</translation>
    </message>
    <message>
        <source>{n} deliveries as they were</source>
        <translation>{n} 个投递，保持原样</translation>
    </message>
    <message>
        <source>{n} left as they were</source>
        <translation>{n} 个未动</translation>
    </message>
    <message>
        <source>{n} new versions</source>
        <translation>{n} 个新版本</translation>
    </message>
    <message>
        <source>{n} records read</source>
        <translation>读取 {n} 条记录</translation>
    </message>
    <message>
        <source>{n} records{of}</source>
        <translation>{n} 条记录{of}</translation>
    </message>
    <message>
        <source>{n} sent again</source>
        <translation>{n} 个已重发</translation>
    </message>
    <message>
        <source>{n} skipped</source>
        <translation>{n} 个已跳过</translation>
    </message>
</context>
<context>
    <name>Detail</name>
    <message>
        <source>Attempts</source>
        <translation>尝试</translation>
    </message>
    <message>
        <source>Attempts {n}</source>
        <translation>尝试 {n}</translation>
    </message>
    <message>
        <source>Consumers</source>
        <translation>消费端</translation>
    </message>
    <message>
        <source>Consumers {n}</source>
        <translation>消费端 {n}</translation>
    </message>
    <message>
        <source>Delivered at {time}; the target answered {answer}.</source>
        <translation>已于 {time} 投递；目标端应答了 {answer}。</translation>
    </message>
    <message>
        <source>Let it run again</source>
        <translation>恢复运行</translation>
    </message>
    <message>
        <source>Look at all that failed like this</source>
        <translation>查看所有同类失败</translation>
    </message>
    <message>
        <source>Look at the nodes</source>
        <translation>查看节点</translation>
    </message>
    <message>
        <source>Look at what fails there</source>
        <translation>查看那里的失败</translation>
    </message>
    <message>
        <source>No consumer takes this record.</source>
        <translation>没有消费端接收这条记录。</translation>
    </message>
    <message>
        <source>No record selected</source>
        <translation>未选择记录</translation>
    </message>
    <message>
        <source>Open the job</source>
        <translation>打开任务</translation>
    </message>
    <message>
        <source>Parts of the record</source>
        <translation>记录的各部分</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Pull</source>
        <translation>拉取</translation>
    </message>
    <message>
        <source>Reading the versions…</source>
        <translation>正在读取各版本…</translation>
    </message>
    <message>
        <source>Resend</source>
        <translation>重发</translation>
    </message>
    <message>
        <source>Select one to see its payload, attempts and pull.</source>
        <translation>选择一条即可查看其内容、尝试和拉取信息。</translation>
    </message>
    <message>
        <source>Show what goes first</source>
        <translation>显示应先投递的记录</translation>
    </message>
    <message>
        <source>State: {state}.</source>
        <translation>状态：{state}。</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Versions {n}</source>
        <translation>版本 {n}</translation>
    </message>
    <message>
        <source>version {n} of {all}</source>
        <translation>第 {n} 版，共 {all} 版</translation>
    </message>
</context>
<context>
    <name>Dialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Doors</name>
    <message>
        <source>Another program answers in the place of {node}.</source>
        <translation>在 {node} 的位置上应答的是另一个程序。</translation>
    </message>
    <message>
        <source>Connect to it as to a place of its own.</source>
        <translation>请把它作为另一个连接来添加。</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>会自动重试。</translation>
    </message>
    <message numerus="yes">
        <source>None of the %Ln other node(s) of its database answers.</source>
        <translation>
            <numerusform>该数据库的其他 %Ln 个节点也都没有应答。</numerusform>
        </translation>
    </message>
    <message>
        <source>The node at {url} did not answer in time.</source>
        <translation>{url} 处的节点没有及时应答。</translation>
    </message>
    <message>
        <source>The node at {url} serves another database.</source>
        <translation>{url} 处的节点属于另一个数据库。</translation>
    </message>
    <message>
        <source>{node} answers, but it is in trouble itself.</source>
        <translation>{node} 有应答，但它自身有故障。</translation>
    </message>
    <message>
        <source>{node} does not accept the token of this connection.</source>
        <translation>{node} 不接受此连接的令牌。</translation>
    </message>
    <message>
        <source>{node} has another certificate than its database tells: no token was sent there.</source>
        <translation>{node} 的证书与数据库中公布的不同：没有向它发送令牌。</translation>
    </message>
    <message>
        <source>{node} serves another database now.</source>
        <translation>{node} 现在属于另一个数据库。</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message numerus="yes">
        <source>%Ln change(s) are not saved yet</source>
        <translation>
            <numerusform>有 %Ln 处更改尚未保存</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) not saved</source>
        <translation>
            <numerusform>%Ln 处更改未保存</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln field(s)</source>
        <translation>
            <numerusform>%Ln 个字段</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) to fill in or correct</source>
        <translation>
            <numerusform>有 %Ln 处需要填写或更正</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) to fill in or correct first.</source>
        <translation>
            <numerusform>请先填写或更正 %Ln 处。</numerusform>
        </translation>
    </message>
    <message>
        <source>A name has letters, digits, dots, - and _ only.</source>
        <translation>名称只能含字母、数字、点、- 和 _。</translation>
    </message>
    <message>
        <source>Add consumer</source>
        <translation>添加消费端</translation>
    </message>
    <message>
        <source>Add: {title}</source>
        <translation>添加：{title}</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>Back to all jobs</source>
        <translation>返回全部任务</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>By</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Changed by them</source>
        <translation>对方更改的</translation>
    </message>
    <message>
        <source>Changed by you</source>
        <translation>你更改的</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>Channels in the settings…</source>
        <translation>在设置中管理渠道…</translation>
    </message>
    <message>
        <source>Choose channels</source>
        <translation>选择渠道</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Consumer {name} is taken out. Ctrl+Z brings it back.</source>
        <translation>已移除消费端 {name}。按 Ctrl+Z 可恢复。</translation>
    </message>
    <message>
        <source>Consumer {number} of {count}</source>
        <translation>消费端 {number}，共 {count} 个</translation>
    </message>
    <message>
        <source>Consumer {n}</source>
        <translation>消费端 {n}</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Cursor</source>
        <translation>游标</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Expression…</source>
        <translation>表达式…</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>How it is sent</source>
        <translation>如何发送</translation>
    </message>
    <message>
        <source>How to read the answer</source>
        <translation>如何读取应答</translation>
    </message>
    <message>
        <source>In it</source>
        <translation>其中</translation>
    </message>
    <message>
        <source>Job {job} is there and runs.</source>
        <translation>任务 {job} 已创建并运行。</translation>
    </message>
    <message>
        <source>Job {job} runs with them at once. The version before stays, and can be restored.</source>
        <translation>任务 {job} 立即按新配置运行。之前的版本会保留，可以恢复。</translation>
    </message>
    <message>
        <source>Job {job} was changed meanwhile</source>
        <translation>任务 {job} 在此期间已被修改</translation>
    </message>
    <message>
        <source>Jobs ›</source>
        <translation>任务 ›</translation>
    </message>
    <message>
        <source>Keep theirs, add mine</source>
        <translation>保留对方的，加上我的</translation>
    </message>
    <message>
        <source>More fields</source>
        <translation>更多字段</translation>
    </message>
    <message>
        <source>More fields: {title}</source>
        <translation>更多字段：{title}</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move {title} {number} up</source>
        <translation>上移 {title} {number}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of the secret</source>
        <translation>密钥名称</translation>
    </message>
    <message>
        <source>New job</source>
        <translation>新建任务</translation>
    </message>
    <message>
        <source>New secret…</source>
        <translation>新建密钥…</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Paste cURL or sample…</source>
        <translation>粘贴 cURL 或示例…</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove {title} {number}</source>
        <translation>移除 {title} {number}</translation>
    </message>
    <message>
        <source>Replace with mine</source>
        <translation>用我的替换</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Restore this version…</source>
        <translation>恢复此版本…</translation>
    </message>
    <message>
        <source>Runs now</source>
        <translation>当前运行</translation>
    </message>
    <message numerus="yes">
        <source>Save %Ln change(s)?</source>
        <translation>
            <numerusform>保存 %Ln 处更改？</numerusform>
        </translation>
    </message>
    <message>
        <source>Save and run</source>
        <translation>保存并运行</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>Saved as version {number}; it runs now.</source>
        <translation>已保存为版本 {number}；现在运行的就是它。</translation>
    </message>
    <message>
        <source>Set a secret</source>
        <translation>设置密钥</translation>
    </message>
    <message>
        <source>Set it</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Set it now…</source>
        <translation>立即设置…</translation>
    </message>
    <message>
        <source>Set the secret {name} now</source>
        <translation>立即设置密钥 {name}</translation>
    </message>
    <message>
        <source>Set “{name}” anew…</source>
        <translation>重新设置“{name}”…</translation>
    </message>
    <message>
        <source>Shards</source>
        <translation>分片</translation>
    </message>
    <message>
        <source>Shards, retention</source>
        <translation>分片、保留</translation>
    </message>
    <message>
        <source>Show changes</source>
        <translation>显示更改</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>留在此页</translation>
    </message>
    <message>
        <source>The document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>The document as YAML</source>
        <translation>YAML 格式的文档</translation>
    </message>
    <message>
        <source>The job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>The node keeps it encrypted. It stands in no document, export or log, and is never shown again.</source>
        <translation>节点会加密保存它。它不会出现在任何文档、导出或日志中，也不会再次显示。</translation>
    </message>
    <message>
        <source>The same document as the forms show. What you change here shows there, and the other way round; fields the node does not know are kept and named as problems.</source>
        <translation>与表单相同的文档。在此处的更改会反映到表单，反之亦然；节点不认识的字段会保留并列为问题。</translation>
    </message>
    <message>
        <source>The secret {name} is set.</source>
        <translation>密钥 {name} 已设置。</translation>
    </message>
    <message>
        <source>There are several documents; import them instead.</source>
        <translation>其中有多个文档；请改用导入。</translation>
    </message>
    <message>
        <source>These changes were not saved last time. Ctrl+Z takes them back.</source>
        <translation>这些更改上次没有保存。按 Ctrl+Z 可撤销。</translation>
    </message>
    <message>
        <source>This is not JSON yet: line {line}, column {column}.</source>
        <translation>这还不是 JSON：第 {line} 行第 {column} 列。</translation>
    </message>
    <message>
        <source>This job is not saved yet</source>
        <translation>此任务尚未保存</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Value of the secret</source>
        <translation>密钥的值</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Version {number} is what runs already.</source>
        <translation>版本 {number} 就是当前运行的版本。</translation>
    </message>
    <message>
        <source>Version {number}: how the job began</source>
        <translation>版本 {number}：任务最初的样子</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>What is a new version</source>
        <translation>什么算新版本</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>保留什么</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>发送什么</translation>
    </message>
    <message>
        <source>What may come next</source>
        <translation>接下来可以填写</translation>
    </message>
    <message>
        <source>What the answer means</source>
        <translation>应答的含义</translation>
    </message>
    <message>
        <source>What version {number} changed</source>
        <translation>版本 {number} 更改了什么</translation>
    </message>
    <message>
        <source>What was typed is kept on this machine only if you stay.</source>
        <translation>只有留在此页，已输入的内容才会保存在这台机器上。</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Where records come from</source>
        <translation>记录从哪里来</translation>
    </message>
    <message>
        <source>Who gets which records</source>
        <translation>谁收到哪些记录</translation>
    </message>
    <message>
        <source>Who is told, and when</source>
        <translation>通知谁、何时通知</translation>
    </message>
    <message>
        <source>Will run</source>
        <translation>将运行</translation>
    </message>
    <message>
        <source>YAML</source>
        <translation>YAML</translation>
    </message>
    <message>
        <source>Your changes stand on top of theirs. Look at them, then save.</source>
        <translation>你的更改已叠加在对方的更改之上。请查看后再保存。</translation>
    </message>
    <message>
        <source>fits the last answer</source>
        <translation>与上一次应答相符</translation>
    </message>
    <message>
        <source>in place {number}</source>
        <translation>位于第 {number} 处</translation>
    </message>
    <message>
        <source>no channel of that name yet: {names}</source>
        <translation>还没有名为 {names} 的渠道</translation>
    </message>
    <message>
        <source>not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>not set yet</source>
        <translation>尚未设置</translation>
    </message>
    <message>
        <source>runs now</source>
        <translation>当前运行</translation>
    </message>
    <message>
        <source>stored secret</source>
        <translation>已保存的密钥</translation>
    </message>
    <message>
        <source>the first</source>
        <translation>第一个</translation>
    </message>
    <message>
        <source>{help} Such as {example}</source>
        <translation>{help} 例如 {example}</translation>
    </message>
    <message numerus="yes">
        <source>{part}, %Ln problem(s)</source>
        <translation>
            <numerusform>{part}，%Ln 个问题</numerusform>
        </translation>
    </message>
    <message>
        <source>{part}, in order</source>
        <translation>{part}，正常</translation>
    </message>
    <message>
        <source>{title} {number}</source>
        <translation>{title} {number}</translation>
    </message>
    <message>
        <source>{title}, line {number}, name</source>
        <translation>{title}，第 {number} 行，名称</translation>
    </message>
    <message>
        <source>{title}, line {number}, value</source>
        <translation>{title}，第 {number} 行，值</translation>
    </message>
    <message>
        <source>{title}, remove line {number}</source>
        <translation>{title}，移除第 {number} 行</translation>
    </message>
    <message>
        <source>{title}: choose a secret</source>
        <translation>{title}：选择密钥</translation>
    </message>
    <message>
        <source>{title}: none</source>
        <translation>{title}：无</translation>
    </message>
    <message>
        <source>{told} Set the secret {name} to let it work.</source>
        <translation>{told}请设置密钥 {name} 使其能够工作。</translation>
    </message>
    <message>
        <source>{who} saved version {number} at {time}, after you began. Nothing of yours was saved.</source>
        <translation>在你开始之后，{who} 于 {time} 保存了版本 {number}。你的内容没有保存。</translation>
    </message>
</context>
<context>
    <name>Environments</name>
    <message>
        <source>Give the connection a name.</source>
        <translation>请为连接取一个名称。</translation>
    </message>
    <message>
        <source>There is a connection named “{name}” already.</source>
        <translation>已有名为“{name}”的连接。</translation>
    </message>
    <message>
        <source>To another machine the token would travel unprotected: write https://.</source>
        <translation>发往其他机器时令牌将不受保护：请写 https://。</translation>
    </message>
    <message>
        <source>Write the address as https://HOST:PORT, without a path.</source>
        <translation>请把地址写成 https://主机:端口，不带路径。</translation>
    </message>
    <message>
        <source>Write the port too, such as https://HOST:7443.</source>
        <translation>请同时写明端口，例如 https://HOST:7443。</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Answer {status}</source>
        <translation>应答 {status}</translation>
    </message>
    <message>
        <source>{size} · the record itself</source>
        <translation>{size} · 记录本身</translation>
    </message>
    <message>
        <source>… cut; the whole answer had {size}</source>
        <translation>… 已截断；完整应答为 {size}</translation>
    </message>
    <message>
        <source>… the record itself; look at its payload</source>
        <translation>… 即记录本身；请查看其内容</translation>
    </message>
    <message>
        <source>… too long to be shown; copy it as cURL</source>
        <translation>… 太长，无法显示；请复制为 cURL</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>A cell that begins like a formula gets an apostrophe before it.</source>
        <translation>以公式符号开头的单元格前会加上撇号。</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Choose the file…</source>
        <translation>选择文件…</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln record(s)?</source>
        <translation>
            <numerusform>导出 %Ln 条记录？</numerusform>
        </translation>
    </message>
    <message>
        <source>Export all that match?</source>
        <translation>导出全部匹配项？</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Fields of the payload</source>
        <translation>内容中的字段</translation>
    </message>
    <message>
        <source>It is written in the background; the row below shows how far.</source>
        <translation>在后台写出；下方的进度行会显示进度。</translation>
    </message>
    <message>
        <source>JSON Lines</source>
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>One object a line, with payload; nothing is lost.</source>
        <translation>每行一个对象，包含内容；不丢失任何信息。</translation>
    </message>
    <message>
        <source>One row a delivery, with the columns chosen here.</source>
        <translation>每个投递一行，列在此处选择。</translation>
    </message>
    <message>
        <source>Safe for spreadsheets</source>
        <translation>电子表格安全</translation>
    </message>
</context>
<context>
    <name>Failures</name>
    <message numerus="yes">
        <source>%Ln being tried again</source>
        <translation>
            <numerusform>%Ln 条正在重试</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cause(s)</source>
        <translation>
            <numerusform>%Ln 种原因</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln 条失败</numerusform>
        </translation>
    </message>
    <message>
        <source>All jobs</source>
        <translation>全部任务</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Consumer</source>
        <translation>消费端</translation>
    </message>
    <message>
        <source>Copied as text</source>
        <translation>已复制为文本</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Every record has reached its target, or is on its way there.</source>
        <translation>所有记录都已到达目标端，或正在途中。</translation>
    </message>
    <message>
        <source>Export the records…</source>
        <translation>导出记录…</translation>
    </message>
    <message>
        <source>Failures by cause</source>
        <translation>按原因归类的失败</translation>
    </message>
    <message>
        <source>First</source>
        <translation>首次</translation>
    </message>
    <message>
        <source>First {first}, last {last}</source>
        <translation>首次 {first}，最近 {last}</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>For example: {sample}</source>
        <translation>示例：{sample}</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>No cause chosen</source>
        <translation>未选择原因</translation>
    </message>
    <message>
        <source>No example is kept any more.</source>
        <translation>已没有保存的示例。</translation>
    </message>
    <message>
        <source>Nothing failed</source>
        <translation>没有失败</translation>
    </message>
    <message>
        <source>Nothing failed here</source>
        <translation>此处没有失败</translation>
    </message>
    <message>
        <source>Other jobs and consumers may have failures.</source>
        <translation>其他任务和消费端可能有失败。</translation>
    </message>
    <message>
        <source>Reading the example…</source>
        <translation>正在读取示例…</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Record {id}, key {key}</source>
        <translation>记录 {id}，键 {key}</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录数</translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)…</source>
        <translation>
            <numerusform>重发 %Ln 条记录…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln…</source>
        <translation>
            <numerusform>重发 %Ln 条…</numerusform>
        </translation>
    </message>
    <message>
        <source>Show failures by cause</source>
        <translation>按原因显示失败</translation>
    </message>
    <message>
        <source>Show record {key}</source>
        <translation>显示记录 {key}</translation>
    </message>
    <message>
        <source>Show the example</source>
        <translation>显示示例</translation>
    </message>
    <message>
        <source>Show the records</source>
        <translation>显示这些记录</translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)…</source>
        <translation>
            <numerusform>跳过 %Ln 条记录…</numerusform>
        </translation>
    </message>
    <message>
        <source>Skip…</source>
        <translation>跳过…</translation>
    </message>
    <message>
        <source>They are dealt with: no failure any more, attempts stay</source>
        <translation>已处理：不再算作失败，尝试记录仍保留</translation>
    </message>
    <message>
        <source>They are not tried again</source>
        <translation>它们不再重试</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>{job} → {consumer}</source>
        <translation>{job} → {consumer}</translation>
    </message>
    <message>
        <source>{job} → {consumer} · first {first} · last {last}</source>
        <translation>{job} → {consumer} · 首次 {first} · 最近 {last}</translation>
    </message>
    <message>
        <source>{job} → {consumer}: {n} {state}</source>
        <translation>{job} → {consumer}：{n} {state}</translation>
    </message>
    <message>
        <source>{job} → {consumer}: {sentence}</source>
        <translation>{job} → {consumer}：{sentence}</translation>
    </message>
    <message>
        <source>{n}+</source>
        <translation>{n}+</translation>
    </message>
</context>
<context>
    <name>Filter</name>
    <message numerus="yes">
        <source>%Ln record(s) scanned</source>
        <translation>
            <numerusform>已扫描 %Ln 条记录</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln state(s)</source>
        <translation>
            <numerusform>%Ln 种状态</numerusform>
        </translation>
    </message>
    <message>
        <source>A CEL expression over record and key; Enter searches</source>
        <translation>对 record 和 key 的 CEL 表达式；按回车搜索</translation>
    </message>
    <message>
        <source>All causes</source>
        <translation>全部原因</translation>
    </message>
    <message>
        <source>Any consumer</source>
        <translation>任意消费端</translation>
    </message>
    <message>
        <source>Any job</source>
        <translation>任意任务</translation>
    </message>
    <message>
        <source>Any state</source>
        <translation>任意状态</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>任意时间</translation>
    </message>
    <message>
        <source>Between…</source>
        <translation>时间段…</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>清除过滤条件</translation>
    </message>
    <message>
        <source>Consumer</source>
        <translation>消费端</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>表达式</translation>
    </message>
    <message>
        <source>Expression over the record</source>
        <translation>对记录的表达式</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>From {time}</source>
        <translation>从 {time} 起</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>It is kept on this computer, under this name.</source>
        <translation>以此名称保存在这台电脑上。</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>Key starts with</source>
        <translation>键的开头</translation>
    </message>
    <message>
        <source>Last 24 h</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>Last 5 min</source>
        <translation>最近 5 分钟</translation>
    </message>
    <message>
        <source>Last 7 d</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>Last {time}</source>
        <translation>最近 {time}</translation>
    </message>
    <message>
        <source>New records come in at the top by themselves</source>
        <translation>新记录自动出现在顶部</translation>
    </message>
    <message>
        <source>Only the cause: {sentence}</source>
        <translation>仅此原因：{sentence}</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save this filter</source>
        <translation>保存此过滤条件</translation>
    </message>
    <message>
        <source>Save this filter…</source>
        <translation>保存此过滤条件…</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>已保存的过滤条件</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>The whole key</source>
        <translation>完整的键</translation>
    </message>
    <message>
        <source>The whole key, not its beginning</source>
        <translation>完整的键，而不是开头</translation>
    </message>
    <message>
        <source>Unsynced</source>
        <translation>未同步</translation>
    </message>
    <message>
        <source>Until {time}</source>
        <translation>到 {time} 为止</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>is exactly…</source>
        <translation>完全等于…</translation>
    </message>
    <message>
        <source>starts with…</source>
        <translation>以…开头</translation>
    </message>
    <message>
        <source>unsynced</source>
        <translation>未同步</translation>
    </message>
    <message>
        <source>{job} → {consumer}</source>
        <translation>{job} → {consumer}</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>{n} M</source>
        <translation>{n} M</translation>
    </message>
    <message>
        <source>{n} d</source>
        <translation>{n} 天</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} 小时</translation>
    </message>
    <message>
        <source>{n} k</source>
        <translation>{n} k</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{n} ms</source>
        <translation>{n} 毫秒</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
</context>
<context>
    <name>Graphs</name>
    <message>
        <source>Backlog</source>
        <translation>积压</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Nothing is known of this time</source>
        <translation>这段时间没有数据</translation>
    </message>
    <message>
        <source>Nothing was delivered in this time</source>
        <translation>这段时间没有投递</translation>
    </message>
    <message>
        <source>Reading the graph…</source>
        <translation>正在读取图表…</translation>
    </message>
    <message>
        <source>Records per second</source>
        <translation>每秒记录数</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>已投递</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>p50</source>
        <translation>p50</translation>
    </message>
    <message>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <source>pulled</source>
        <translation>已拉取</translation>
    </message>
    <message>
        <source>unsynced</source>
        <translation>未同步</translation>
    </message>
</context>
<context>
    <name>Health</name>
    <message>
        <source>in order</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>in trouble</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>needs a look</source>
        <translation>需要关注</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Alerts</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>Close the help</source>
        <translation>关闭帮助</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Finding a record</source>
        <translation>查找记录</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>The first job</source>
        <translation>第一个任务</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message numerus="yes">
        <source>%Ln job(s) imported.</source>
        <translation>
            <numerusform>已导入 %Ln 个任务。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of its deliveries are not sent yet and never will be.</source>
        <translation>
            <numerusform>其中 %Ln 个投递尚未发送，今后也不会发送。</numerusform>
        </translation>
    </message>
    <message>
        <source>A job pulls records from one system and pushes them to others. Begin with what you have: a cURL command, a sample answer, a job file, or an empty form.</source>
        <translation>任务从一个系统拉取记录，并推送到其他系统。从手头已有的开始：cURL 命令、示例应答、任务文件或空表单。</translation>
    </message>
    <message>
        <source>All pull shards</source>
        <translation>全部拉取分片</translation>
    </message>
    <message>
        <source>Connecting to the node…</source>
        <translation>正在连接节点…</translation>
    </message>
    <message>
        <source>Consumers</source>
        <translation>消费端</translation>
    </message>
    <message>
        <source>Copied as YAML.</source>
        <translation>已复制为 YAML。</translation>
    </message>
    <message>
        <source>Copy as YAML</source>
        <translation>复制为 YAML</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message numerus="yes">
        <source>Delete job {job} with %Ln pulled record(s)?</source>
        <translation>
            <numerusform>删除任务 {job} 及其拉取的 %Ln 条记录？</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制任务</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Edit {job}</source>
        <translation>编辑 {job}</translation>
    </message>
    <message>
        <source>Every run reads everything; “Pull now” reads it again at once.</source>
        <translation>每次运行都读取全部；“立即拉取”会马上再读一次。</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>导出为 JSON…</translation>
    </message>
    <message>
        <source>Export as YAML…</source>
        <translation>导出为 YAML…</translation>
    </message>
    <message>
        <source>Export {job}</source>
        <translation>导出 {job}</translation>
    </message>
    <message>
        <source>Exported to {place}. Secrets stand in it by name only.</source>
        <translation>已导出到 {place}。其中的密钥只有名称。</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>From, as the source writes it</source>
        <translation>从（按来源系统的写法）</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln job(s)?</source>
        <translation>
            <numerusform>导入 %Ln 个任务？</numerusform>
        </translation>
    </message>
    <message>
        <source>Import a job file</source>
        <translation>导入任务文件</translation>
    </message>
    <message>
        <source>Import a job file…</source>
        <translation>导入任务文件…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>It stands at the start: nothing was pulled yet.</source>
        <translation>位于起点：还没有拉取过。</translation>
    </message>
    <message>
        <source>It stands at {value}.</source>
        <translation>位于 {value}。</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Job documents (*.yaml *.yml *.json);;All files (*)</source>
        <translation>任务文档 (*.yaml *.yml *.json);;所有文件 (*)</translation>
    </message>
    <message numerus="yes">
        <source>Job {job} is deleted, %Ln record(s) with it.</source>
        <translation>
            <numerusform>任务 {job} 已删除，连同 %Ln 条记录。</numerusform>
        </translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Jobs stand here as soon as it answers.</source>
        <translation>收到应答后，任务会列在这里。</translation>
    </message>
    <message>
        <source>Last pull</source>
        <translation>最近拉取</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>New job</source>
        <translation>新建任务</translation>
    </message>
    <message>
        <source>New value; left empty: from the start</source>
        <translation>新的值；留空表示从头开始</translation>
    </message>
    <message>
        <source>No job yet</source>
        <translation>还没有任务</translation>
    </message>
    <message>
        <source>Nothing was imported</source>
        <translation>没有导入任何内容</translation>
    </message>
    <message>
        <source>Paste cURL or sample…</source>
        <translation>粘贴 cURL 或示例…</translation>
    </message>
    <message>
        <source>Paused until {time}. {reason}</source>
        <translation>已暂停至 {time}。{reason}</translation>
    </message>
    <message>
        <source>Paused. {reason}</source>
        <translation>已暂停。{reason}</translation>
    </message>
    <message>
        <source>Pause…</source>
        <translation>暂停…</translation>
    </message>
    <message>
        <source>Pull a range again…</source>
        <translation>补拉一段范围…</translation>
    </message>
    <message>
        <source>Pull a range of {job} again</source>
        <translation>补拉 {job} 的一段范围</translation>
    </message>
    <message>
        <source>Pull again</source>
        <translation>补拉</translation>
    </message>
    <message>
        <source>Pull now</source>
        <translation>立即拉取</translation>
    </message>
    <message>
        <source>Pull shard</source>
        <translation>拉取分片</translation>
    </message>
    <message>
        <source>Pulled</source>
        <translation>已拉取</translation>
    </message>
    <message>
        <source>Records that changed since become new versions and are sent; those that did not are recognised. The live cursor stays where it is, and goes on beside it.</source>
        <translation>此后有变化的记录会成为新版本并发送；没有变化的会被识别。正在使用的游标保持不动，并同时继续。</translation>
    </message>
    <message>
        <source>Records, deliveries, attempts, cursors and versions go with it. This cannot be taken back.</source>
        <translation>记录、投递、尝试、游标和版本会一并删除。无法撤销。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>恢复运行</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>调度</translation>
    </message>
    <message>
        <source>Set the cursor</source>
        <translation>设置游标</translation>
    </message>
    <message>
        <source>Set the cursor of {job}</source>
        <translation>设置 {job} 的游标</translation>
    </message>
    <message>
        <source>Set the cursor…</source>
        <translation>设置游标…</translation>
    </message>
    <message>
        <source>Show records</source>
        <translation>显示记录</translation>
    </message>
    <message>
        <source>The cursor of {job} is set; the next pull begins there.</source>
        <translation>{job} 的游标已设置；下一次拉取从那里开始。</translation>
    </message>
    <message>
        <source>The file cannot be read: {reason}</source>
        <translation>无法读取文件：{reason}</translation>
    </message>
    <message>
        <source>The file is larger than 1 MiB: no job file.</source>
        <translation>文件超过 1 MiB：不是任务文件。</translation>
    </message>
    <message>
        <source>The file was not written: {reason}</source>
        <translation>文件没有写入：{reason}</translation>
    </message>
    <message>
        <source>The next pull begins there. Nothing that is in the ledger goes; what comes again unchanged is recognised.</source>
        <translation>下一次拉取从那里开始。账本中的内容不会丢失；未变化而再次出现的会被识别。</translation>
    </message>
    <message>
        <source>The range is pulled again; Activity shows how far it is.</source>
        <translation>正在补拉该范围；进度见“活动”页。</translation>
    </message>
    <message>
        <source>To, left empty: up to the end</source>
        <translation>到（留空表示直到末尾）</translation>
    </message>
    <message>
        <source>Unsynced</source>
        <translation>未同步</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>What to know</source>
        <translation>需要知道</translation>
    </message>
    <message>
        <source>every {time}</source>
        <translation>每 {time}</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>records failed</source>
        <translation>有失败记录</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>the source is in trouble</source>
        <translation>来源故障</translation>
    </message>
    <message>
        <source>{cron} in {zone}</source>
        <translation>{cron}（{zone}）</translation>
    </message>
    <message>
        <source>{job} has no cursor</source>
        <translation>{job} 没有游标</translation>
    </message>
    <message>
        <source>{job} is paused.</source>
        <translation>{job} 已暂停。</translation>
    </message>
    <message>
        <source>{job} is pulled now.</source>
        <translation>正在拉取 {job}。</translation>
    </message>
    <message>
        <source>{job} runs again.</source>
        <translation>{job} 已恢复运行。</translation>
    </message>
    <message>
        <source>{lost} {rest}</source>
        <translation>{lost} {rest}</translation>
    </message>
    <message>
        <source>{new} new, {old} changed: {names}</source>
        <translation>新增 {new} 个，更改 {old} 个：{names}</translation>
    </message>
</context>
<context>
    <name>LocalNode</name>
    <message>
        <source>Its output is in {file}.</source>
        <translation>其输出在 {file} 中。</translation>
    </message>
    <message>
        <source>The local node did not start.</source>
        <translation>本地节点未能启动。</translation>
    </message>
    <message>
        <source>The local node takes long to start.</source>
        <translation>本地节点启动较慢。</translation>
    </message>
    <message>
        <source>Try `jellyfish node`.</source>
        <translation>请尝试 `jellyfish node`。</translation>
    </message>
</context>
<context>
    <name>Mapping</name>
    <message>
        <source>+ add a field</source>
        <translation>+ 添加字段</translation>
    </message>
    <message>
        <source>As it came</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Click one to put it into the line, or drag it there.</source>
        <translation>单击可填入该行，也可以拖到那里。</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Filled with</source>
        <translation>填充内容</translation>
    </message>
    <message>
        <source>Gives</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>映射</translation>
    </message>
    <message>
        <source>Take out {field}</source>
        <translation>去掉 {field}</translation>
    </message>
    <message>
        <source>Target field</source>
        <translation>目标字段</translation>
    </message>
    <message>
        <source>The body as a JSON template</source>
        <translation>JSON 模板形式的请求体</translation>
    </message>
    <message>
        <source>The record goes out as the very bytes the source sent: every digit, every field, in their order. Choose Fields to give the target names of its own.</source>
        <translation>记录按来源系统发送的原始字节发出：每个数字、每个字段、原有顺序。选择“字段”可为目标端另行命名。</translation>
    </message>
    <message>
        <source>The record's fields</source>
        <translation>记录的字段</translation>
    </message>
    <message>
        <source>This body is no object with fields; it stays JSON.</source>
        <translation>该请求体不是由字段组成的对象；保持 JSON 形式。</translation>
    </message>
    <message>
        <source>This is not JSON yet: line {line}, column {column}.</source>
        <translation>这还不是 JSON：第 {line} 行第 {column} 列。</translation>
    </message>
    <message>
        <source>What fills {field}</source>
        <translation>用什么填充 {field}</translation>
    </message>
    <message>
        <source>a new field</source>
        <translation>新字段</translation>
    </message>
    <message>
        <source>field</source>
        <translation>字段</translation>
    </message>
</context>
<context>
    <name>Nodes</name>
    <message>
        <source>A node writes itself into the list some seconds after its start.</source>
        <translation>节点启动几秒后会自行登记到列表中。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>Connect to it</source>
        <translation>连接到它</translation>
    </message>
    <message>
        <source>Connect to node {name}</source>
        <translation>连接到节点 {name}</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Drain {node}</source>
        <translation>排空 {node}</translation>
    </message>
    <message numerus="yes">
        <source>Drain {node}, which holds %Ln shard(s)?</source>
        <translation>
            <numerusform>排空 {node}？它持有 %Ln 个分片。</numerusform>
        </translation>
    </message>
    <message>
        <source>Drained</source>
        <translation>已排空</translation>
    </message>
    <message>
        <source>Drain…</source>
        <translation>排空…</translation>
    </message>
    <message>
        <source>Forget {node}</source>
        <translation>移除 {node}</translation>
    </message>
    <message>
        <source>Forget {node}?</source>
        <translation>移除 {node}？</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>In hand</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>It finishes what it is sending. No other node runs on this database: nothing is pulled or pushed until you let it work again.</source>
        <translation>它会完成正在发送的内容。此数据库上没有其他节点在运行：在恢复工作之前不会拉取或推送任何内容。</translation>
    </message>
    <message>
        <source>It finishes what it is sending; the others take its shards over.</source>
        <translation>它会完成正在发送的内容；其分片由其他节点接手。</translation>
    </message>
    <message>
        <source>It leaves the list. Started again, it comes back; nothing else is lost.</source>
        <translation>它会从列表中消失。再次启动后会重新出现；不会丢失任何其他内容。</translation>
    </message>
    <message>
        <source>It tells no address that this connection's token may safely be sent to.</source>
        <translation>它没有公布可以安全发送此连接令牌的地址。</translation>
    </message>
    <message>
        <source>Let it work again</source>
        <translation>恢复工作</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>No node was seen yet</source>
        <translation>还没有见到节点</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Nodes of this database</source>
        <translation>此数据库的节点</translation>
    </message>
    <message>
        <source>On this database</source>
        <translation>在此数据库上</translation>
    </message>
    <message>
        <source>Pull shards</source>
        <translation>拉取分片</translation>
    </message>
    <message>
        <source>Push shards</source>
        <translation>推送分片</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Rights</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Running since</source>
        <translation>启动时间</translation>
    </message>
    <message>
        <source>Runs for</source>
        <translation>已运行</translation>
    </message>
    <message>
        <source>Seen last</source>
        <translation>最近在线</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Switch to {name}</source>
        <translation>切换到 {name}</translation>
    </message>
    <message>
        <source>The nodes of this database.</source>
        <translation>此数据库的节点。</translation>
    </message>
    <message>
        <source>The token of this connection may only read.</source>
        <translation>此连接的令牌只能读取。</translation>
    </message>
    <message>
        <source>This console is connected to {node} now.</source>
        <translation>控制台现已连接到 {node}。</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more job(s)</source>
        <translation>
            <numerusform>以及另外 %Ln 个任务</numerusform>
        </translation>
    </message>
    <message>
        <source>at work</source>
        <translation>工作中</translation>
    </message>
    <message>
        <source>by {who}, {when}</source>
        <translation>由 {who} 于 {when}</translation>
    </message>
    <message>
        <source>drained</source>
        <translation>已排空</translation>
    </message>
    <message>
        <source>draining</source>
        <translation>正在排空</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>已离线</translation>
    </message>
    <message>
        <source>not seen for {time}</source>
        <translation>{time}未见</translation>
    </message>
    <message>
        <source>pull {pulls} · push {pushes}</source>
        <translation>拉取 {pulls} · 推送 {pushes}</translation>
    </message>
    <message>
        <source>pull {shards}</source>
        <translation>拉取 {shards}</translation>
    </message>
    <message>
        <source>push {shards}</source>
        <translation>推送 {shards}</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>stopped {time} ago</source>
        <translation>{time}前停止</translation>
    </message>
    <message>
        <source>{node} is out of the list.</source>
        <translation>{node} 已从列表中移除。</translation>
    </message>
    <message>
        <source>{node} takes no more work.</source>
        <translation>{node} 不再接受工作。</translation>
    </message>
    <message>
        <source>{node} takes work again.</source>
        <translation>{node} 重新接受工作。</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n} %</translation>
    </message>
    <message>
        <source>{state} · this connection</source>
        <translation>{state} · 当前连接</translation>
    </message>
    <message>
        <source>{time} ago</source>
        <translation>{time}前</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message numerus="yes">
        <source>%Ln alert(s) opened</source>
        <translation>
            <numerusform>%Ln 条告警发出</numerusform>
        </translation>
    </message>
    <message>
        <source>Alert: {where}</source>
        <translation>告警：{where}</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} 和另外 %Ln 个</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Operations</name>
    <message>
        <source>Begun</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>By</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Nothing has ended yet</source>
        <translation>还没有结束的操作</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>Resends of many, skips and re-pulls are kept here.</source>
        <translation>批量重发、跳过和补拉都保存在这里。</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>What came of it</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>done, some refused</source>
        <translation>已完成，部分被拒绝</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>not sent</source>
        <translation>未发出</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>retry</source>
        <translation>需重试</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>结果未知</translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message numerus="yes">
        <source>%Ln in order</source>
        <translation>
            <numerusform>%Ln 个正常</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln in trouble</source>
        <translation>
            <numerusform>%Ln 个故障</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln paused</source>
        <translation>
            <numerusform>%Ln 个已暂停</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln source(s) in trouble</source>
        <translation>
            <numerusform>%Ln 个来源故障</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to look at</source>
        <translation>
            <numerusform>%Ln 个需要关注</numerusform>
        </translation>
    </message>
    <message>
        <source>+{rate} /s</source>
        <translation>+{rate} /秒</translation>
    </message>
    <message>
        <source>All jobs</source>
        <translation>全部任务</translation>
    </message>
    <message>
        <source>All that failed, whatever the cause.</source>
        <translation>全部失败记录，不论原因。</translation>
    </message>
    <message>
        <source>Connecting to the node…</source>
        <translation>正在连接节点…</translation>
    </message>
    <message>
        <source>Consumer</source>
        <translation>消费端</translation>
    </message>
    <message>
        <source>Edit job {job}</source>
        <translation>编辑任务 {job}</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>In /s</source>
        <translation>入 /秒</translation>
    </message>
    <message>
        <source>It runs again.</source>
        <translation>已恢复运行。</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Jobs and consumers</source>
        <translation>任务与消费端</translation>
    </message>
    <message>
        <source>Lag</source>
        <translation>滞后</translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation>最近 1 分钟</translation>
    </message>
    <message>
        <source>No consumer: records are pulled and kept</source>
        <translation>没有消费端：只拉取并保存记录</translation>
    </message>
    <message>
        <source>Out /s</source>
        <translation>出 /秒</translation>
    </message>
    <message>
        <source>Pause consumer {name}…</source>
        <translation>暂停消费端 {name}…</translation>
    </message>
    <message>
        <source>Pause job {name}…</source>
        <translation>暂停任务 {name}…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Paused until {time}</source>
        <translation>已暂停至 {time}</translation>
    </message>
    <message>
        <source>Paused until {time}: {reason}</source>
        <translation>已暂停至 {time}：{reason}</translation>
    </message>
    <message>
        <source>Paused. What is under way is finished first.</source>
        <translation>已暂停。正在进行的工作会先完成。</translation>
    </message>
    <message>
        <source>Paused: {reason}</source>
        <translation>已暂停：{reason}</translation>
    </message>
    <message>
        <source>Pull {job} now</source>
        <translation>立即拉取 {job}</translation>
    </message>
    <message>
        <source>Pulls today</source>
        <translation>今日拉取</translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln failed record(s)…</source>
        <translation>
            <numerusform>重发 %Ln 条失败记录…</numerusform>
        </translation>
    </message>
    <message>
        <source>Resume consumer {name}</source>
        <translation>恢复消费端 {name}</translation>
    </message>
    <message>
        <source>Resume job {name}</source>
        <translation>恢复任务 {name}</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln failure(s) by cause</source>
        <translation>
            <numerusform>按原因显示 %Ln 条失败</numerusform>
        </translation>
    </message>
    <message>
        <source>Show records</source>
        <translation>显示记录</translation>
    </message>
    <message>
        <source>Show the graphs of all jobs</source>
        <translation>显示全部任务的图表</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>Synced</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>Synced today</source>
        <translation>今日同步</translation>
    </message>
    <message>
        <source>The first start takes a moment.</source>
        <translation>首次启动需要稍等片刻。</translation>
    </message>
    <message>
        <source>The graphs stand still: {why}</source>
        <translation>图表没有更新：{why}</translation>
    </message>
    <message>
        <source>The pull starts now.</source>
        <translation>拉取已开始。</translation>
    </message>
    <message>
        <source>The sample systems did not start. Try `jellyfish demo`.</source>
        <translation>示例系统未能启动。请尝试 `jellyfish demo`。</translation>
    </message>
    <message>
        <source>The sample systems run until this console is closed.</source>
        <translation>示例系统会一直运行到此控制台关闭为止。</translation>
    </message>
    <message>
        <source>Unsynced</source>
        <translation>未同步</translation>
    </message>
    <message>
        <source>What is happening</source>
        <translation>当前情况</translation>
    </message>
    <message>
        <source>all sources answer</source>
        <translation>所有来源均有应答</translation>
    </message>
    <message numerus="yes">
        <source>in %Ln consumer(s)</source>
        <translation>
            <numerusform>涉及 %Ln 个消费端</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing failed</source>
        <translation>没有失败</translation>
    </message>
    <message>
        <source>nothing waits</source>
        <translation>没有等待</translation>
    </message>
    <message>
        <source>oldest {age}</source>
        <translation>最早 {age}</translation>
    </message>
    <message>
        <source>{job} → {consumer}</source>
        <translation>{job} → {consumer}</translation>
    </message>
</context>
<context>
    <name>Pace</name>
    <message>
        <source>Pace</source>
        <translation>速率</translation>
    </message>
    <message>
        <source>as fast as the job allows</source>
        <translation>任务允许的最快速度</translation>
    </message>
    <message>
        <source>at most {rate} a second</source>
        <translation>每秒最多 {rate} 条</translation>
    </message>
</context>
<context>
    <name>Paged</name>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Activity</source>
        <translation>活动</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Consumer</source>
        <translation>消费端</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>过滤条件</translation>
    </message>
    <message>
        <source>Go to a page or job, run an action, look up a key</source>
        <translation>前往页面或任务、执行操作、查找键</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>Paste</name>
    <message>
        <source>A cURL command that asks the source, from its documentation, Postman or a browser; or an answer of it. The form fills itself in.</source>
        <translation>请求来源系统的 cURL 命令（来自其文档、Postman 或浏览器）；或它的一个应答。表单会自动填写。</translation>
    </message>
    <message>
        <source>A cURL command that hands one record to the target, from its documentation, Postman or a browser. Its fields are mapped from the source's sample.</source>
        <translation>把一条记录提交给目标端的 cURL 命令（来自其文档、Postman 或浏览器）。其字段会与来源的示例对应。</translation>
    </message>
    <message>
        <source>Accept all</source>
        <translation>全部采用</translation>
    </message>
    <message>
        <source>Accept all and show the request</source>
        <translation>全部采用并显示请求</translation>
    </message>
    <message>
        <source>Accept all and test pull</source>
        <translation>全部采用并测试拉取</translation>
    </message>
    <message>
        <source>Command or sample</source>
        <translation>命令或样例</translation>
    </message>
    <message>
        <source>The secret is stored as {name} when you accept; the document names it only.</source>
        <translation>采用后密钥保存为 {name}；文档中只写名称。</translation>
    </message>
    <message>
        <source>The secret {name} is a placeholder in this text: set its value afterwards.</source>
        <translation>此文本中的密钥 {name} 是占位符：请之后设置它的值。</translation>
    </message>
    <message>
        <source>The secret {name} is stored already, with this value.</source>
        <translation>密钥 {name} 已保存，值相同。</translation>
    </message>
    <message>
        <source>a cURL command</source>
        <translation>cURL 命令</translation>
    </message>
    <message>
        <source>an answer</source>
        <translation>应答</translation>
    </message>
</context>
<context>
    <name>Pause</name>
    <message>
        <source>Another time: 22:30, or 11-24 06:00</source>
        <translation>其他时间：22:30 或 11-24 06:00</translation>
    </message>
    <message>
        <source>Nothing is pulled or sent. What is under way is finished first.</source>
        <translation>停止拉取和发送。正在进行的工作会先完成。</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause consumer {name}?</source>
        <translation>暂停消费端 {name}？</translation>
    </message>
    <message>
        <source>Pause job {name}?</source>
        <translation>暂停任务 {name}？</translation>
    </message>
    <message>
        <source>Records are still pulled and wait. What is being sent is finished first.</source>
        <translation>仍会拉取记录并等待。正在发送的会先完成。</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>直到</translation>
    </message>
    <message>
        <source>Write a time to come, such as 22:30 or 2026-11-24 06:00.</source>
        <translation>请填写将来的时间，例如 22:30 或 2026-11-24 06:00。</translation>
    </message>
    <message>
        <source>somebody resumes</source>
        <translation>有人恢复为止</translation>
    </message>
    <message>
        <source>such as 22:30</source>
        <translation>例如 22:30</translation>
    </message>
    <message>
        <source>{time}, in {span}</source>
        <translation>{time}，{span}后</translation>
    </message>
</context>
<context>
    <name>Payload</name>
    <message numerus="yes">
        <source>%Ln more; look at Raw</source>
        <translation>
            <numerusform>还有 %Ln 项；请看原文</numerusform>
        </translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Copy the payload</source>
        <translation>复制内容</translation>
    </message>
    <message>
        <source>Payload as a tree</source>
        <translation>内容（树形）</translation>
    </message>
    <message>
        <source>Payload, byte by byte</source>
        <translation>内容（逐字节）</translation>
    </message>
    <message>
        <source>Payload, raw</source>
        <translation>内容（原文）</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>原文</translation>
    </message>
    <message>
        <source>Reading {size}…</source>
        <translation>正在读取 {size}…</translation>
    </message>
    <message>
        <source>Retention removed them; the evidence of every try stays.</source>
        <translation>已被保留策略清除；每次尝试的证据仍然保留。</translation>
    </message>
    <message>
        <source>Save the exact bytes to a file…</source>
        <translation>将原始字节保存到文件…</translation>
    </message>
    <message>
        <source>The bytes are gone</source>
        <translation>内容已不存在</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>树形</translation>
    </message>
    <message numerus="yes">
        <source>… %Ln more byte(s); save them to a file</source>
        <translation>
            <numerusform>… 还有 %Ln 个字节；请保存到文件查看</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Proposals</name>
    <message>
        <source>API key</source>
        <translation>API 密钥</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Accept {part}</source>
        <translation>采用 {part}</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>认证</translation>
    </message>
    <message>
        <source>Consumer</source>
        <translation>消费端</translation>
    </message>
    <message>
        <source>Cursor</source>
        <translation>游标</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>映射</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>New version by</source>
        <translation>产生新版本的依据</translation>
    </message>
    <message>
        <source>Paging</source>
        <translation>分页</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Success when</source>
        <translation>成功条件</translation>
    </message>
    <message>
        <source>What else it may be</source>
        <translation>其他可能</translation>
    </message>
    <message>
        <source>What else {part} may be</source>
        <translation>{part} 的其他可能</translation>
    </message>
    <message>
        <source>a guess</source>
        <translation>推测</translation>
    </message>
    <message>
        <source>any 2xx</source>
        <translation>任何 2xx</translation>
    </message>
    <message>
        <source>as in the command</source>
        <translation>与命令相同</translation>
    </message>
    <message>
        <source>bearer token</source>
        <translation>Bearer 令牌</translation>
    </message>
    <message>
        <source>likely</source>
        <translation>很可能</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>none, one request</source>
        <translation>无，一次请求</translation>
    </message>
    <message>
        <source>none, read everything</source>
        <translation>无，读取全部</translation>
    </message>
    <message>
        <source>sure</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>已采用</translation>
    </message>
    <message>
        <source>the record's own bytes</source>
        <translation>记录的原始内容</translation>
    </message>
    <message>
        <source>the whole record</source>
        <translation>整条记录</translation>
    </message>
    <message>
        <source>user and password</source>
        <translation>用户名和密码</translation>
    </message>
</context>
<context>
    <name>Pull</name>
    <message>
        <source>Accept all</source>
        <translation>全部采用</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>应答</translation>
    </message>
    <message>
        <source>Answer's head</source>
        <translation>应答头</translation>
    </message>
    <message>
        <source>Ask the source once</source>
        <translation>请求来源系统一次</translation>
    </message>
    <message>
        <source>Body</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Click a value to make it the records, key or cursor.</source>
        <translation>单击某个值，将其作为记录列表、键或游标。</translation>
    </message>
    <message>
        <source>Click a value to make it the records, key or cursor. Long lists are shortened here; every record is counted.</source>
        <translation>单击某个值，将其作为记录列表、键或游标。较长的列表在此处已缩短；每条记录都已计数。</translation>
    </message>
    <message>
        <source>Cursor</source>
        <translation>游标</translation>
    </message>
    <message>
        <source>Cursor after</source>
        <translation>之后的游标</translation>
    </message>
    <message>
        <source>Cursor before</source>
        <translation>之前的游标</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>One real page is asked for and shown here; nothing is kept. Its values can then be clicked into the form.</source>
        <translation>请求真实的一页并显示在这里；不保存任何内容。之后可以单击其中的值填入表单。</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页</translation>
    </message>
    <message>
        <source>Proposals</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Pulled</source>
        <translation>拉取时间</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>原文</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录数</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>再次运行</translation>
    </message>
    <message>
        <source>Shard</source>
        <translation>分片</translation>
    </message>
    <message>
        <source>Success when it is this value (S)</source>
        <translation>为此值时表示成功（S）</translation>
    </message>
    <message>
        <source>Test pull</source>
        <translation>测试拉取</translation>
    </message>
    <message>
        <source>The answer as a tree</source>
        <translation>应答（树形）</translation>
    </message>
    <message>
        <source>The answer, raw</source>
        <translation>应答（原文）</translation>
    </message>
    <message>
        <source>These are the records (R)</source>
        <translation>这些是记录（R）</translation>
    </message>
    <message numerus="yes">
        <source>This answer proposes %Ln part(s) of the form.</source>
        <translation>
            <numerusform>此应答建议了表单的 %Ln 个部分。</numerusform>
        </translation>
    </message>
    <message>
        <source>This asks for the next page (N)</source>
        <translation>它请求下一页（N）</translation>
    </message>
    <message>
        <source>This is the cursor (C)</source>
        <translation>这是游标（C）</translation>
    </message>
    <message>
        <source>This is the key (K)</source>
        <translation>这是键（K）</translation>
    </message>
    <message>
        <source>What the records would become</source>
        <translation>这些记录将成为什么</translation>
    </message>
    <message numerus="yes">
        <source>Would become %Ln record(s)</source>
        <translation>
            <numerusform>将成为 %Ln 条记录</numerusform>
        </translation>
    </message>
    <message>
        <source>Would become nothing yet</source>
        <translation>目前不会成为记录</translation>
    </message>
    <message>
        <source>as a first run</source>
        <translation>按首次运行</translation>
    </message>
    <message>
        <source>asking… {time}</source>
        <translation>正在请求… {time}</translation>
    </message>
    <message>
        <source>cursor</source>
        <translation>游标</translation>
    </message>
    <message>
        <source>key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新</translation>
    </message>
    <message>
        <source>next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>没有应答</translation>
    </message>
    <message>
        <source>records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>success</source>
        <translation>成功</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>未变化</translation>
    </message>
    <message>
        <source>version {number}</source>
        <translation>版本 {number}</translation>
    </message>
    <message>
        <source>{raw} on the page, {new} new, {duplicates} known already</source>
        <translation>本页 {raw} 条，新增 {new} 条，已有 {duplicates} 条</translation>
    </message>
</context>
<context>
    <name>Push</name>
    <message>
        <source>(bytes that are no text)</source>
        <translation>（不是文本的字节）</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>应答</translation>
    </message>
    <message>
        <source>It was sent to {host} once. Nothing of it is kept here; the job sends the record again when it runs.</source>
        <translation>已发送到 {host} 一次。此处不保存任何内容；任务运行时会再次发送该记录。</translation>
    </message>
    <message>
        <source>No record yet</source>
        <translation>还没有记录</translation>
    </message>
    <message>
        <source>Nothing is sent yet. Send once really hands this record to {host}, and leaves a line in the activity.</source>
        <translation>尚未发送。“发送一次”会真正把这条记录交给 {host}，并在活动中留下一行。</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Run a test pull at the source: its records can be tried here.</source>
        <translation>请在来源处运行一次测试拉取：其记录可以在这里试用。</translation>
    </message>
    <message>
        <source>Send once</source>
        <translation>发送一次</translation>
    </message>
    <message>
        <source>Test push</source>
        <translation>测试推送</translation>
    </message>
    <message>
        <source>The filter does not want this record; the job would skip it.</source>
        <translation>过滤条件不选取这条记录；任务会跳过它。</translation>
    </message>
    <message>
        <source>not sent</source>
        <translation>未发出</translation>
    </message>
    <message>
        <source>sending… {time}</source>
        <translation>正在发送… {time}</translation>
    </message>
    <message>
        <source>without a key</source>
        <translation>没有键</translation>
    </message>
    <message>
        <source>{key}, of the ledger</source>
        <translation>{key}，来自账本</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>Range</name>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Pulled between</source>
        <translation>拉取时间段</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>That is not after the beginning.</source>
        <translation>不晚于开始时间。</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Write it as 2026-11-23 14:30, or 14:30 for today.</source>
        <translation>请写成 2026-11-23 14:30，今天可只写 14:30。</translation>
    </message>
    <message>
        <source>local time</source>
        <translation>本地时间</translation>
    </message>
    <message>
        <source>open</source>
        <translation>不限</translation>
    </message>
</context>
<context>
    <name>Records</name>
    <message numerus="yes">
        <source>%Ln key(s) copied</source>
        <translation>
            <numerusform>已复制 %Ln 个键</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln new record(s)</source>
        <translation>
            <numerusform>%Ln 条新记录</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) are shown. Narrow the filter to see older ones.</source>
        <translation>
            <numerusform>已显示 %Ln 行。请缩小过滤范围以查看更早的记录。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %Ln consumer(s)</source>
        <translation>
            <numerusform>全部 %Ln 个消费端</numerusform>
        </translation>
    </message>
    <message>
        <source>As soon as a job pulls one, it stands here.</source>
        <translation>任务一旦拉取到记录，就会出现在这里。</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>尝试</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>清除过滤条件</translation>
    </message>
    <message>
        <source>Compare versions</source>
        <translation>比较版本</translation>
    </message>
    <message>
        <source>Copied as cURL, ready to run.</source>
        <translation>已复制为 cURL，可直接运行。</translation>
    </message>
    <message>
        <source>Copied as cURL. Secrets are not in it: set {names} first.</source>
        <translation>已复制为 cURL。其中不含密钥：请先设置 {names}。</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
    <message numerus="yes">
        <source>Copy %Ln key(s)</source>
        <translation>
            <numerusform>复制 %Ln 个键</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy as cURL</source>
        <translation>复制为 cURL</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln record(s)…</source>
        <translation>
            <numerusform>导出 %Ln 条记录…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export all that match…</source>
        <translation>导出全部匹配项…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>How was it delivered?</source>
        <translation>是怎样投递的？</translation>
    </message>
    <message>
        <source>It runs again.</source>
        <translation>已恢复运行。</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>Last answer</source>
        <translation>最近应答</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>下次尝试</translation>
    </message>
    <message>
        <source>No record matches</source>
        <translation>没有匹配的记录</translation>
    </message>
    <message>
        <source>No record yet</source>
        <translation>还没有记录</translation>
    </message>
    <message>
        <source>Nothing fits everything that is set above.</source>
        <translation>没有记录符合上面设置的全部条件。</translation>
    </message>
    <message>
        <source>Nothing was sent yet.</source>
        <translation>还没有发送过。</translation>
    </message>
    <message>
        <source>Pulled</source>
        <translation>拉取时间</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)</source>
        <translation>
            <numerusform>重发 %Ln 条记录</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s) to</source>
        <translation>
            <numerusform>重发 %Ln 条记录到</numerusform>
        </translation>
    </message>
    <message>
        <source>Resend all that match…</source>
        <translation>重发全部匹配项…</translation>
    </message>
    <message>
        <source>Resend all {n} that match…</source>
        <translation>重发全部 {n} 条匹配项…</translation>
    </message>
    <message>
        <source>Resend: how and how fast…</source>
        <translation>重发：方式和速率…</translation>
    </message>
    <message>
        <source>Save the exact bytes</source>
        <translation>保存原始字节</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>Show failed records</source>
        <translation>显示失败记录</translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)…</source>
        <translation>
            <numerusform>跳过 %Ln 条记录…</numerusform>
        </translation>
    </message>
    <message>
        <source>Skip all that match…</source>
        <translation>跳过全部匹配项…</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>This cannot be searched for</source>
        <translation>无法按此搜索</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Why not delivered?</source>
        <translation>为什么还没有投递？</translation>
    </message>
    <message>
        <source>in {time}</source>
        <translation>{time}后</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>没有应答</translation>
    </message>
    <message>
        <source>no consumer</source>
        <translation>没有消费端</translation>
    </message>
    <message>
        <source>nothing was sent</source>
        <translation>没有发送</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>{file} could not be written: {why}</source>
        <translation>无法写入 {file}：{why}</translation>
    </message>
    <message>
        <source>{n} of {all} selected</source>
        <translation>已选 {n} 条，共 {all} 条</translation>
    </message>
    <message>
        <source>{n} of {loaded}+ selected</source>
        <translation>已选 {n} 条，共 {loaded}+ 条</translation>
    </message>
    <message>
        <source>{n} {state}</source>
        <translation>{n} {state}</translation>
    </message>
    <message>
        <source>{n}+ new records</source>
        <translation>{n}+ 条新记录</translation>
    </message>
    <message>
        <source>{size} saved to {file}.</source>
        <translation>已将 {size} 保存到 {file}。</translation>
    </message>
</context>
<context>
    <name>Resend</name>
    <message numerus="yes">
        <source>%Ln more are still under way and go out by themselves.</source>
        <translation>
            <numerusform>另有 %Ln 条仍在进行中，会自行发出。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them the target has accepted already; it will receive them again.</source>
        <translation>
            <numerusform>其中 %Ln 条目标端已经接受过；它会再次收到。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them: not the newest version of its key; the target gets older data.</source>
        <translation>
            <numerusform>其中 %Ln 个不是其键的最新版本；目标端会收到较旧的数据。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s) will be sent again.</source>
        <translation>
            <numerusform>将再次发送 %Ln 条记录。</numerusform>
        </translation>
    </message>
    <message>
        <source>Counting what matches…</source>
        <translation>正在统计匹配的记录…</translation>
    </message>
    <message>
        <source>Everything that matches the filter, on screen or not.</source>
        <translation>所有符合过滤条件的记录，无论是否显示在屏幕上。</translation>
    </message>
    <message>
        <source>No delivered, dead or skipped record matches the filter.</source>
        <translation>没有符合过滤条件且已投递、已放弃或已跳过的记录。</translation>
    </message>
    <message>
        <source>No record that waits to be sent matches the filter. Failed ones are skipped where it names the state dead.</source>
        <translation>没有符合过滤条件且等待发送的记录。要跳过失败的记录，请在过滤条件中选择“已放弃”状态。</translation>
    </message>
    <message>
        <source>Nothing to resend</source>
        <translation>没有可重发的记录</translation>
    </message>
    <message>
        <source>Nothing to skip</source>
        <translation>没有可跳过的记录</translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)</source>
        <translation>
            <numerusform>重发 %Ln 条记录</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)?</source>
        <translation>
            <numerusform>重发 %Ln 条记录？</numerusform>
        </translation>
    </message>
    <message>
        <source>Resend all</source>
        <translation>全部重发</translation>
    </message>
    <message>
        <source>Resend more than {n} records?</source>
        <translation>重发超过 {n} 条记录？</translation>
    </message>
    <message>
        <source>Sent again: {sent}. Refused: {refused}. {why}</source>
        <translation>已重发：{sent}。被拒绝：{refused}。{why}</translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)</source>
        <translation>
            <numerusform>跳过 %Ln 条记录</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)?</source>
        <translation>
            <numerusform>跳过 %Ln 条记录？</numerusform>
        </translation>
    </message>
    <message>
        <source>Skip all</source>
        <translation>全部跳过</translation>
    </message>
    <message>
        <source>Skip more than {n} records?</source>
        <translation>跳过超过 {n} 条记录？</translation>
    </message>
    <message>
        <source>They go out in the order of their keys' versions.</source>
        <translation>按各个键的版本顺序发出。</translation>
    </message>
    <message>
        <source>They will not be sent, until somebody resends them.</source>
        <translation>它们将不再发送，直到有人重发。</translation>
    </message>
</context>
<context>
    <name>Retention</name>
    <message>
        <source>A job that says nothing keeps bodies for 30 days and attempts for 90 days. Counts stay for ever.</source>
        <translation>未作说明的任务保留内容 30 天，保留尝试 90 天。计数永久保留。</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>尝试</translation>
    </message>
    <message>
        <source>Bodies</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>By default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>Each job says in its own form how long it keeps things.</source>
        <translation>各任务在自己的表单中写明保留多久。</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>No job yet</source>
        <translation>还没有任务</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Retention</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>What is delivered or skipped is removed by age, job by job. Failed and unsynced records are never removed by age.</source>
        <translation>已投递或已跳过的记录按时间逐个任务清除。失败和未同步的记录绝不会按时间清除。</translation>
    </message>
    <message>
        <source>{age}, by default</source>
        <translation>{age}，默认</translation>
    </message>
</context>
<context>
    <name>Secrets</name>
    <message>
        <source>A job names a secret where a password or token goes; set its value here.</source>
        <translation>任务在需要密码或令牌处引用密钥；在此设置它的值。</translation>
    </message>
    <message>
        <source>Both a name and a value are needed.</source>
        <translation>名称和值都必须填写。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message numerus="yes">
        <source>Delete “{name}”, used by %Ln job(s)?</source>
        <translation>
            <numerusform>删除“{name}”？有 %Ln 个任务使用它。</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message numerus="yes">
        <source>From the next request on, in %Ln job(s).</source>
        <translation>
            <numerusform>从下一个请求起在 %Ln 个任务中生效。</numerusform>
        </translation>
    </message>
    <message>
        <source>Letters of any script, digits, -, _ and dots.</source>
        <translation>任意文字的字母、数字、-、_ 和点。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>New secret</source>
        <translation>新建密钥</translation>
    </message>
    <message>
        <source>New secret…</source>
        <translation>新建密钥…</translation>
    </message>
    <message>
        <source>New value</source>
        <translation>新的值</translation>
    </message>
    <message>
        <source>No job names it. The value cannot be brought back.</source>
        <translation>没有任务引用它。删除后无法找回其值。</translation>
    </message>
    <message>
        <source>No secret yet</source>
        <translation>还没有密钥</translation>
    </message>
    <message>
        <source>Passwords, tokens and keys that jobs name. They are kept sealed in the database and are never shown again, not even here.</source>
        <translation>任务引用的密码、令牌和密钥。它们加密保存在数据库中，不会再次显示，在这里也不会。</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Replace “{name}”</source>
        <translation>替换“{name}”</translation>
    </message>
    <message>
        <source>Replace…</source>
        <translation>替换…</translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Setting it…</source>
        <translation>正在设置…</translation>
    </message>
    <message>
        <source>They stop at their next request, until it is set again: {jobs}.</source>
        <translation>在重新设置之前，以下任务会在下一个请求时停止：{jobs}。</translation>
    </message>
    <message>
        <source>Used by</source>
        <translation>使用者</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>no job</source>
        <translation>没有任务</translation>
    </message>
    <message>
        <source>“{name}” is deleted.</source>
        <translation>“{name}”已删除。</translation>
    </message>
    <message>
        <source>“{name}” is set.</source>
        <translation>“{name}”已设置。</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>It is tried again by itself.</source>
        <translation>会自动重试。</translation>
    </message>
    <message>
        <source>There is no connection to the node now.</source>
        <translation>目前没有与节点的连接。</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Alert channels</source>
        <translation>通知渠道</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>询问</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>继续运行</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Of this console on this computer; nobody else sees a change.</source>
        <translation>只影响这台电脑上的控制台；其他人看不到变化。</translation>
    </message>
    <message>
        <source>On closing</source>
        <translation>关闭窗口时</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Size of letters</source>
        <translation>字号</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n} %</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Help (F1)</source>
        <translation>帮助（F1）</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Theme: as the system</source>
        <translation>主题：跟随系统</translation>
    </message>
    <message>
        <source>Theme: dark</source>
        <translation>主题：深色</translation>
    </message>
    <message>
        <source>Theme: light</source>
        <translation>主题：浅色</translation>
    </message>
    <message>
        <source>{page} (Ctrl+{n})</source>
        <translation>{page}（Ctrl+{n}）</translation>
    </message>
    <message>
        <source>{page}: {n}</source>
        <translation>{page}：{n}</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>dead</source>
        <translation>已放弃</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>已投递</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>待发送</translation>
    </message>
    <message>
        <source>retrying</source>
        <translation>重试中</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>发送中</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>已跳过</translation>
    </message>
</context>
<context>
    <name>Tokens</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy it now: it is not shown again.</source>
        <translation>请现在复制：之后不再显示。</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>到期时间</translation>
    </message>
    <message>
        <source>Give it a name: whose it is, or which program's.</source>
        <translation>请取一个名称：属于谁，或属于哪个程序。</translation>
    </message>
    <message>
        <source>It holds</source>
        <translation>有效期</translation>
    </message>
    <message>
        <source>It may</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Making it…</source>
        <translation>正在创建…</translation>
    </message>
    <message>
        <source>May</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>New token</source>
        <translation>新建令牌</translation>
    </message>
    <message>
        <source>New token…</source>
        <translation>新建令牌…</translation>
    </message>
    <message>
        <source>No token yet</source>
        <translation>还没有令牌</translation>
    </message>
    <message>
        <source>Other programs and other people's consoles open this node's API with a token. Only its hash is kept; a revoked one opens nothing at once.</source>
        <translation>其他程序和其他人的控制台用令牌访问此节点的 API。只保存令牌的哈希；吊销后立即失效。</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>吊销</translation>
    </message>
    <message>
        <source>Revoke 1 token, “{name}”?</source>
        <translation>吊销 1 个令牌“{name}”？</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>吊销…</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>This console needs none: it opens its own node's API by itself.</source>
        <translation>此控制台不需要令牌：它自行访问自己节点的 API。</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>Whoever uses it is shut out at once. It cannot be brought back.</source>
        <translation>使用它的人会立即失去访问权限。无法恢复。</translation>
    </message>
    <message>
        <source>Whose it is: it stands in the audit beside every change.</source>
        <translation>属于谁：会出现在审计的每次更改旁。</translation>
    </message>
    <message>
        <source>everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>for ever</source>
        <translation>永久</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>read</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>read, operate</source>
        <translation>读取、操作</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>已吊销</translation>
    </message>
    <message>
        <source>{n} d</source>
        <translation>{n} 天</translation>
    </message>
    <message>
        <source>“{name}” opens nothing any more.</source>
        <translation>“{name}”不再有效。</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Connect again</source>
        <translation>重新连接</translation>
    </message>
    <message>
        <source>Connections…</source>
        <translation>连接…</translation>
    </message>
    <message>
        <source>Search jobs, keys, actions</source>
        <translation>搜索任务、键、操作</translation>
    </message>
    <message>
        <source>Switch to {name}</source>
        <translation>切换到 {name}</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>Data JellyFish: {state}</source>
        <translation>Data JellyFish：{state}</translation>
    </message>
    <message>
        <source>In order</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>In trouble</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>Needs a look</source>
        <translation>需要关注</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Nothing runs</source>
        <translation>没有运行</translation>
    </message>
    <message>
        <source>Open Data JellyFish</source>
        <translation>打开 Data JellyFish</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>The node is in trouble</source>
        <translation>节点出现故障</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Connections…</source>
        <translation>连接…</translation>
    </message>
    <message>
        <source>It is the same database. A change whose answer was lost was not sent again.</source>
        <translation>仍是同一个数据库。未收到应答的更改没有再次发送。</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Open its log</source>
        <translation>打开其日志</translation>
    </message>
    <message>
        <source>Some things may not work until both are the same.</source>
        <translation>在两者版本一致之前，有些功能可能无法使用。</translation>
    </message>
    <message>
        <source>This console is version {own}, the node is version {other}.</source>
        <translation>此控制台的版本是 {own}，节点的版本是 {other}。</translation>
    </message>
    <message>
        <source>{before} does not answer. This console is connected to {now} now.</source>
        <translation>{before} 没有应答。控制台现已连接到 {now}。</translation>
    </message>
</context>
<context>
    <name>Versions</name>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln 次尝试</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln path(s) differ</source>
        <translation>
            <numerusform>%Ln 处不同</numerusform>
        </translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>比较对象</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>正在比较…</translation>
    </message>
    <message>
        <source>More than {n} paths differ</source>
        <translation>超过 {n} 处不同</translation>
    </message>
    <message>
        <source>No value differs.</source>
        <translation>没有不同的值。</translation>
    </message>
    <message>
        <source>The same in both</source>
        <translation>两者相同</translation>
    </message>
    <message>
        <source>They are no JSON, so no paths can be compared.</source>
        <translation>它们不是 JSON，无法逐项比较。</translation>
    </message>
    <message>
        <source>Version {n}</source>
        <translation>版本 {n}</translation>
    </message>
    <message>
        <source>What differs</source>
        <translation>不同之处</translation>
    </message>
    <message>
        <source>version {n}</source>
        <translation>版本 {n}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>A job pulls records from one system and pushes them to others. As soon as there is one, its numbers stand here and move.</source>
        <translation>任务从一个系统拉取记录，并推送到其他系统。有了任务之后，其数字会在这里实时变化。</translation>
    </message>
    <message>
        <source>A node that runs already</source>
        <translation>已在运行的节点</translation>
    </message>
    <message>
        <source>A sample shop, a receiver with faults, and a job between them, on this node. They run while this console is open.</source>
        <translation>示例商城、带故障的接收方，以及它们之间的一个任务，都在此节点上。控制台打开期间运行。</translation>
    </message>
    <message>
        <source>Connect to a node on another machine with its address and a token.</source>
        <translation>用地址和令牌连接到另一台机器上的节点。</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>连接…</translation>
    </message>
    <message>
        <source>New job</source>
        <translation>新建任务</translation>
    </message>
    <message>
        <source>No job yet</source>
        <translation>还没有任务</translation>
    </message>
    <message>
        <source>Paste a cURL command or an answer, and the form fills itself; try it before anything is stored.</source>
        <translation>粘贴 cURL 命令或应答，表单会自动填写；在保存任何内容之前先试一试。</translation>
    </message>
    <message>
        <source>See it work</source>
        <translation>看看效果</translation>
    </message>
    <message>
        <source>Start the sample systems</source>
        <translation>启动示例系统</translation>
    </message>
    <message>
        <source>Your own systems</source>
        <translation>你自己的系统</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Records whose key starts with “{key}”</source>
        <translation>键以“{key}”开头的记录</translation>
    </message>
    <message>
        <source>Running since</source>
        <translation>启动时间</translation>
    </message>
    <message>
        <source>Theme: as the system</source>
        <translation>主题：跟随系统</translation>
    </message>
    <message>
        <source>Theme: dark</source>
        <translation>主题：深色</translation>
    </message>
    <message>
        <source>Theme: light</source>
        <translation>主题：浅色</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
</context>
<context>
    <name>Windows</name>
    <message>
        <source>1 h</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>15 min</source>
        <translation>15 分钟</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 小时</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 分钟</translation>
    </message>
    <message>
        <source>6 h</source>
        <translation>6 小时</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 天</translation>
    </message>
</context>
<context>
    <name>Work</name>
    <message numerus="yes">
        <source>%Ln delivery(s) skipped</source>
        <translation>
            <numerusform>已跳过 %Ln 个投递</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln delivery(s) will be sent again</source>
        <translation>
            <numerusform>将再次发送 %Ln 个投递</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>另有 %Ln 项</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln new version(s) stored</source>
        <translation>
            <numerusform>已保存 %Ln 个新版本</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of an older version than the newest</source>
        <translation>
            <numerusform>%Ln 个比最新版更旧</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s) written</source>
        <translation>
            <numerusform>已写出 %Ln 条记录</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pull again</source>
        <translation>补拉</translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Record {id}: {why}</source>
        <translation>记录 {id}：{why}</translation>
    </message>
    <message>
        <source>Resend</source>
        <translation>重发</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>What was refused, and warnings</source>
        <translation>被拒绝的内容和警告</translation>
    </message>
    <message>
        <source>Work in progress</source>
        <translation>正在进行的工作</translation>
    </message>
    <message>
        <source>cancelled after {n}</source>
        <translation>在 {n} 处取消</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>stopped after {n}</source>
        <translation>在 {n} 处停止</translation>
    </message>
    <message>
        <source>{n} of more than {all}</source>
        <translation>{n}，共超过 {all}</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n}，共 {all}</translation>
    </message>
    <message>
        <source>{n} refused</source>
        <translation>拒绝 {n}</translation>
    </message>
    <message>
        <source>{n}/s</source>
        <translation>{n}/秒</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message numerus="yes">
        <source>… and %Ln more that were refused</source>
        <translation>
            <numerusform>… 另有 %Ln 个被拒绝</numerusform>
        </translation>
    </message>
</context>
</TS>
