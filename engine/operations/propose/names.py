"""What fields and parameters of other people's interfaces are called, in English and Chinese.

The tables behind every proposal; a name that is missing here is added here. Names are compared
without case, ``_``, ``-``, dots, ``$`` and spaces: ``updated_at``, ``updatedAt`` and ``UPDATED-AT``
are one.
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\s_\-.$@\[\]]+")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[\u4e00-\u9fff]+")


def plain(name: str) -> str:
    """The name without case and marks."""
    return _MARKS.sub("", name).lower()


def parts(name: str) -> tuple[str, ...]:
    """The words of a name: ``gmtModified`` and ``gmt_modified`` are gmt, modified."""
    return tuple(part.lower() for part in _CAMEL.findall(name))


def table(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# ------------------------------------------------------------ parameters of a request
PAGE = table(
    "page pageno pagenum pagenumber pageindex currentpage currpage curpage pagecurrent "
    "current curr p pn pageid pagination.page 页码 页数 当前页 第几页"
)
SIZE = table(
    "size pagesize perpage limit rows pagerows pagelimit count num take top maxresults "
    "maxitems max pagecount rowcount pagenumsize resultsperpage recordsperpage 每页 "
    "每页条数 每页数量 条数"
)
OFFSET = table("offset skip startrow startindex startat rowstart beginindex startrecord 偏移")
MAYBE_OFFSET = table("start from begin first")
"""Offsets when they hold a whole number, times otherwise."""
TOKEN = table(
    "cursor next nexttoken nextcursor pagetoken nextpagetoken continuation "
    "continuationtoken after startingafter scrollid marker nextmarker position bookmark "
    "pagecursor searchafter exclusivestartkey syncbuf"
)
SINCE = table(
    "since updatedfrom updatedsince updatedafter updatedatmin updatedatfrom updatedgte "
    "modifiedfrom modifiedsince modifiedafter lastmodifiedfrom lastmodifiedafter "
    "lastupdated lastupdatedsince lastupdate updatefrom updatestart updatetimestart "
    "updatetimefrom updatetimebegin startupdatetime startmodified startmodifytime "
    "modifystart modifytimestart gmtmodifiedstart startgmtmodified startlastupdatetime "
    "starttime startdate begintime begindate fromtime fromdate timefrom datefrom "
    "timestart datestart timebegin after createdafter createdfrom createdsince "
    "starttimestamp fromtimestamp begintimestamp mintime sincetime sinceid sinceversion "
    "minid lastid lastseq fromversion changedsince changedafter modifytimebegin 开始时间 "
    "起始时间 更新时间起 开始日期 修改时间起 更新开始时间 起始日期 更新时间开始"
)
UNTIL = table(
    "until updatedto updateduntil updatedbefore updatedatmax updatedlte modifiedto "
    "modifiedbefore updateto updateend updatetimeend updatetimeto endupdatetime "
    "endmodified endmodifytime modifyend modifytimeend gmtmodifiedend endgmtmodified "
    "endlastupdatetime endtime enddate totime todate timeto dateto timeend dateend to "
    "before createdbefore createdto endtimestamp maxtime totimestamp 结束时间 截止时间 "
    "更新时间止 结束日期 修改时间止 更新结束时间 截止日期 更新时间结束"
)
CREDENTIAL = re.compile(
    r"^(?:x)?(?:api|app|access|auth|user|session|security|secret|private|consumer|client|private)?"
    r"(?:key|token|secret|secretkey|accesskey|password|passwd|pwd|sessionkey|authkey|ticket)$"
    r"|apikey|accesstoken|authtoken|apitoken|appsecret|appkey|clientsecret|privatetoken"
    r"|subscriptionkey|^session$|^sid$|^sessionid$|密钥|令牌|密码"
)
SIGNATURE = table("sign signature xsign xsignature xcasignature topsign sig 签名")

# ------------------------------------------------------------ fields of an answer
LISTS = {
    name: points
    for points, names in (
        (30, "items records rows list data results orders 列表 数据 记录 明细 结果 订单"),
        (
            24,
            "value values entries content contents datas datalist itemlist resultlist recordlist "
            "rowlist objects elements documents docs hits products customers goods users invoices "
            "employees tickets orderlist tradelist trades events changes messages payload body",
        ),
    )
    for name in names.split()
}
NOT_LISTS = table(
    "errors warnings error messages columns fields headers links included facets "
    "aggregations filters options tags permissions breadcrumbs meta schema metadata "
    "validationerrors sorts"
)
GOOD_FLAG = table(
    "success ok issuccess succeed succeeded successful issuccessful status 成功 是否成功"
)
CODE = table(
    "code errcode errno errorcode retcode ret resultcode returncode statuscode status "
    "state respcode rspcode rtncode err subcode result errornum 状态码 错误码 返回码 代码 "
    "状态"
)
GOOD_CODE = frozenset(("0", "200", "1", "00", "000", "0000", "00000", "000000", "10000", "20000"))
GOOD_WORD = table("success ok succ succeed succeeded successful true 成功 s")
ERROR = table("error errors err errormessage errormsg errmsg exception fault 错误 错误信息")
MESSAGE = table(
    "message msg errmsg errormsg errormessage error errordescription description desc "
    "info detail reason submsg retmsg resultmsg returnmsg 消息 信息 错误信息 提示 说明 "
    "描述 返回信息"
)
NEXT_TOKEN = table(
    "next nexttoken nextcursor nextpagetoken nextpage continuation continuationtoken "
    "scrollid nextmarker endcursor cursor marker pagetoken nextkey lastevaluatedkey "
    "syncbuf bookmark nextposition nextpagecursor nextid"
)
NEXT_LINK = table("next nexturl nextlink nextpage nextpageurl odatanextlink nexthref href")
TOTAL = table(
    "total totalcount totalrecords totalresults totalelements totalnum totalrows count "
    "recordcount totalsize totalitems 总数 总条数 总记录数 合计"
)
HAS_MORE = table(
    "hasmore hasnext hasnextpage more ismore nextpageexists haspage 还有更多 是否有下一页"
)
PAGES = table("pages totalpages totalpage pagecount lastpage pagetotal 总页数")
ANSWER_PAGE = table("page pageno pagenum pagenumber pageindex currentpage current 当前页 页码")
ANSWER_SIZE = table("pagesize perpage size limit per 每页条数 每页")

# ------------------------------------------------------------ fields of a record
EXACT_KEY = {
    "id": 50,
    "uuid": 48,
    "guid": 48,
    "key": 40,
    "code": 38,
    "no": 40,
    "number": 38,
    "sn": 38,
    "sku": 36,
    "编号": 48,
    "主键": 50,
    "编码": 44,
    "单号": 48,
    "订单号": 50,
    "订单编号": 50,
    "单据编号": 48,
    "序号": 20,
    "流水号": 46,
    "工号": 44,
    "代码": 40,
}
KEY_ENDS = (
    ("id", 26),
    ("uuid", 26),
    ("guid", 26),
    ("no", 24),
    ("number", 22),
    ("code", 22),
    ("key", 16),
    ("sn", 20),
    ("编号", 30),
    ("单号", 30),
    ("编码", 26),
    ("号", 18),
)
OTHERS = table(
    "user customer buyer seller shop store parent tenant company org department dept "
    "warehouse supplier category brand creator modifier operator owner batch group type "
    "status country 客户 买家 卖家 店铺 父 租户 公司 部门 仓库 供应商 分类 品牌 创建人 "
    "修改人 操作人 手机 电话"
)
"""What an id may be of that is not the record itself."""
CHANGED = table(
    "updated update modified modify changed change lastupdate lastmodified mtime edited "
    "touched 更新 修改 变更 最后"
)
CREATED = table(
    "created create added add registered register placed order ordered gmtcreate ctime "
    "inserted 创建 新增 下单 注册 录入 添加"
)
OTHER_TIMES = table(
    "pay paid payment ship shipped deliver delivered delivery expire expired expires due "
    "birth birthday start end begin finish close closed cancel print receive sign 支付 "
    "付款 发货 到期 过期 出生 生日 开始 结束 完成 取消 签收"
)
TIME_WORDS = table("at time date on timestamp ts datetime when gmt 时间 日期 时刻")
SEQUENCE = table(
    "seq sequence version revision rev rowversion sequencenumber changeid offset lsn "
    "versionno revno updateseq 版本 版本号 序列号 顺序号"
)
VOLATILE = table(
    "fetchedat servertime now currenttime requesttime responsetime viewcount views hits "
    "score rank lastseen lastseenat lastaccess lastaccessed synctime syncedat exporttime "
    "querytime 查询时间 浏览量 导出时间 同步时间 阅读量"
)
