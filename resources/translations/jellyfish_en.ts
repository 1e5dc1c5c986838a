<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Attempts</name>
    <message numerus="yes">
        <source>Show %Ln older attempt(s)</source>
        <translation>
            <numerusform>Show %Ln older attempt</numerusform>
            <numerusform>Show %Ln older attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Bulk</name>
    <message numerus="yes">
        <source>Resend %Ln record(s)</source>
        <translation>
            <numerusform>Resend %Ln record</numerusform>
            <numerusform>Resend %Ln records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)?</source>
        <translation>
            <numerusform>Resend %Ln record?</numerusform>
            <numerusform>Resend %Ln records?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)?</source>
        <translation>
            <numerusform>Skip %Ln record?</numerusform>
            <numerusform>Skip %Ln records?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Code</name>
    <message numerus="yes">
        <source>… %Ln more character(s)</source>
        <translation>
            <numerusform>… %Ln more character</numerusform>
            <numerusform>… %Ln more characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Database</name>
    <message numerus="yes">
        <source>%Ln broken fact(s):</source>
        <translation>
            <numerusform>%Ln broken fact:</numerusform>
            <numerusform>%Ln broken facts:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln fact(s) compared, all right.</source>
        <translation>
            <numerusform>%Ln fact compared, all right.</numerusform>
            <numerusform>%Ln facts compared, all right.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Doors</name>
    <message numerus="yes">
        <source>None of the %Ln other node(s) of its database answers.</source>
        <translation>
            <numerusform>The other node of its database does not answer either.</numerusform>
            <numerusform>None of the %Ln other nodes of its database answers.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message numerus="yes">
        <source>%Ln change(s) are not saved yet</source>
        <translation>
            <numerusform>%Ln change is not saved yet</numerusform>
            <numerusform>%Ln changes are not saved yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) not saved</source>
        <translation>
            <numerusform>%Ln change not saved</numerusform>
            <numerusform>%Ln changes not saved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln field(s)</source>
        <translation>
            <numerusform>%Ln field</numerusform>
            <numerusform>%Ln fields</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) to fill in or correct</source>
        <translation>
            <numerusform>%Ln thing to fill in or correct</numerusform>
            <numerusform>%Ln things to fill in or correct</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) to fill in or correct first.</source>
        <translation>
            <numerusform>%Ln thing to fill in or correct first.</numerusform>
            <numerusform>%Ln things to fill in or correct first.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Save %Ln change(s)?</source>
        <translation>
            <numerusform>Save %Ln change?</numerusform>
            <numerusform>Save %Ln changes?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{part}, %Ln problem(s)</source>
        <translation>
            <numerusform>{part}, %Ln problem</numerusform>
            <numerusform>{part}, %Ln problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message numerus="yes">
        <source>Export %Ln record(s)?</source>
        <translation>
            <numerusform>Export %Ln record?</numerusform>
            <numerusform>Export %Ln records?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Failures</name>
    <message numerus="yes">
        <source>%Ln being tried again</source>
        <translation>
            <numerusform>%Ln being tried again</numerusform>
            <numerusform>%Ln being tried again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cause(s)</source>
        <translation>
            <numerusform>%Ln cause</numerusform>
            <numerusform>%Ln causes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln failed</numerusform>
            <numerusform>%Ln failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)…</source>
        <translation>
            <numerusform>Resend %Ln record…</numerusform>
            <numerusform>Resend %Ln records…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln…</source>
        <translation>
            <numerusform>Resend %Ln…</numerusform>
            <numerusform>Resend %Ln…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)…</source>
        <translation>
            <numerusform>Skip %Ln record…</numerusform>
            <numerusform>Skip %Ln records…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Filter</name>
    <message numerus="yes">
        <source>%Ln record(s) scanned</source>
        <translation>
            <numerusform>%Ln record scanned</numerusform>
            <numerusform>%Ln records scanned</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln state(s)</source>
        <translation>
            <numerusform>%Ln state</numerusform>
            <numerusform>%Ln states</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message numerus="yes">
        <source>%Ln job(s) imported.</source>
        <translation>
            <numerusform>%Ln job imported.</numerusform>
            <numerusform>%Ln jobs imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of its deliveries are not sent yet and never will be.</source>
        <translation>
            <numerusform>%Ln of its deliveries are not sent yet and never will be.</numerusform>
            <numerusform>%Ln of its deliveries are not sent yet and never will be.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete job {job} with %Ln pulled record(s)?</source>
        <translation>
            <numerusform>Delete job {job} with %Ln pulled record?</numerusform>
            <numerusform>Delete job {job} with %Ln pulled records?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln job(s)?</source>
        <translation>
            <numerusform>Import %Ln job?</numerusform>
            <numerusform>Import %Ln jobs?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Job {job} is deleted, %Ln record(s) with it.</source>
        <translation>
            <numerusform>Job {job} is deleted, %Ln record with it.</numerusform>
            <numerusform>Job {job} is deleted, %Ln records with it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Nodes</name>
    <message numerus="yes">
        <source>Drain {node}, which holds %Ln shard(s)?</source>
        <translation>
            <numerusform>Drain {node}, which holds %Ln shard?</numerusform>
            <numerusform>Drain {node}, which holds %Ln shards?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more job(s)</source>
        <translation>
            <numerusform>and %Ln more job</numerusform>
            <numerusform>and %Ln more jobs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message numerus="yes">
        <source>%Ln alert(s) opened</source>
        <translation>
            <numerusform>%Ln alert opened</numerusform>
            <numerusform>%Ln alerts opened</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} and %Ln more</numerusform>
            <numerusform>{names} and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message numerus="yes">
        <source>%Ln in order</source>
        <translation>
            <numerusform>%Ln in order</numerusform>
            <numerusform>%Ln in order</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln in trouble</source>
        <translation>
            <numerusform>%Ln in trouble</numerusform>
            <numerusform>%Ln in trouble</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln paused</source>
        <translation>
            <numerusform>%Ln paused</numerusform>
            <numerusform>%Ln paused</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln source(s) in trouble</source>
        <translation>
            <numerusform>%Ln source in trouble</numerusform>
            <numerusform>%Ln sources in trouble</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to look at</source>
        <translation>
            <numerusform>%Ln to look at</numerusform>
            <numerusform>%Ln to look at</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln failed record(s)…</source>
        <translation>
            <numerusform>Resend %Ln failed record…</numerusform>
            <numerusform>Resend %Ln failed records…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln failure(s) by cause</source>
        <translation>
            <numerusform>Show %Ln failure by cause</numerusform>
            <numerusform>Show %Ln failures by cause</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %Ln consumer(s)</source>
        <translation>
            <numerusform>in %Ln consumer</numerusform>
            <numerusform>in %Ln consumers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Payload</name>
    <message numerus="yes">
        <source>%Ln more; look at Raw</source>
        <translation>
            <numerusform>%Ln more; look at Raw</numerusform>
            <numerusform>%Ln more; look at Raw</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… %Ln more byte(s); save them to a file</source>
        <translation>
            <numerusform>… %Ln more byte; save them to a file</numerusform>
            <numerusform>… %Ln more bytes; save them to a file</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Pull</name>
    <message numerus="yes">
        <source>This answer proposes %Ln part(s) of the form.</source>
        <translation>
            <numerusform>This answer proposes %Ln part of the form.</numerusform>
            <numerusform>This answer proposes %Ln parts of the form.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Would become %Ln record(s)</source>
        <translation>
            <numerusform>Would become %Ln record</numerusform>
            <numerusform>Would become %Ln records</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Records</name>
    <message numerus="yes">
        <source>%Ln key(s) copied</source>
        <translation>
            <numerusform>%Ln key copied</numerusform>
            <numerusform>%Ln keys copied</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln new record(s)</source>
        <translation>
            <numerusform>%Ln new record</numerusform>
            <numerusform>%Ln new records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) are shown. Narrow the filter to see older ones.</source>
        <translation>
            <numerusform>%Ln row are shown. Narrow the filter to see older ones.</numerusform>
            <numerusform>%Ln rows are shown. Narrow the filter to see older ones.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %Ln consumer(s)</source>
        <translation>
            <numerusform>All %Ln consumer</numerusform>
            <numerusform>All %Ln consumers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copy %Ln key(s)</source>
        <translation>
            <numerusform>Copy key</numerusform>
            <numerusform>Copy %Ln keys</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln record(s)…</source>
        <translation>
            <numerusform>Export %Ln record…</numerusform>
            <numerusform>Export %Ln records…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)</source>
        <translation>
            <numerusform>Resend %Ln record</numerusform>
            <numerusform>Resend %Ln records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s) to</source>
        <translation>
            <numerusform>Resend %Ln record to</numerusform>
            <numerusform>Resend %Ln records to</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)…</source>
        <translation>
            <numerusform>Skip %Ln record…</numerusform>
            <numerusform>Skip %Ln records…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Resend</name>
    <message numerus="yes">
        <source>%Ln more are still under way and go out by themselves.</source>
        <translation>
            <numerusform>%Ln more are still under way and go out by themselves.</numerusform>
            <numerusform>%Ln more are still under way and go out by themselves.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them the target has accepted already; it will receive them again.</source>
        <translation>
            <numerusform>%Ln of them the target has accepted already; it will receive them again.</numerusform>
            <numerusform>%Ln of them the target has accepted already; it will receive them again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them: not the newest version of its key; the target gets older data.</source>
        <translation>
            <numerusform>%Ln of them: not the newest version of its key; the target gets older data.</numerusform>
            <numerusform>%Ln of them: not the newest version of its key; the target gets older data.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s) will be sent again.</source>
        <translation>
            <numerusform>%Ln record will be sent again.</numerusform>
            <numerusform>%Ln records will be sent again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)</source>
        <translation>
            <numerusform>Resend %Ln record</numerusform>
            <numerusform>Resend %Ln records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resend %Ln record(s)?</source>
        <translation>
            <numerusform>Resend %Ln record?</numerusform>
            <numerusform>Resend %Ln records?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)</source>
        <translation>
            <numerusform>Skip %Ln record</numerusform>
            <numerusform>Skip %Ln records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Skip %Ln record(s)?</source>
        <translation>
            <numerusform>Skip %Ln record?</numerusform>
            <numerusform>Skip %Ln records?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Secrets</name>
    <message numerus="yes">
        <source>Delete “{name}”, used by %Ln job(s)?</source>
        <translation>
            <numerusform>Delete “{name}”, used by %Ln job?</numerusform>
            <numerusform>Delete “{name}”, used by %Ln jobs?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>From the next request on, in %Ln job(s).</source>
        <translation>
            <numerusform>From the next request on, in %Ln job.</numerusform>
            <numerusform>From the next request on, in %Ln jobs.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Versions</name>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln attempt</numerusform>
            <numerusform>%Ln attempts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln path(s) differ</source>
        <translation>
            <numerusform>%Ln path differ</numerusform>
            <numerusform>%Ln paths differ</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Work</name>
    <message numerus="yes">
        <source>%Ln delivery(s) skipped</source>
        <translation>
            <numerusform>%Ln delivery skipped</numerusform>
            <numerusform>%Ln deliveries skipped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln delivery(s) will be sent again</source>
        <translation>
            <numerusform>%Ln delivery will be sent again</numerusform>
            <numerusform>%Ln deliveries will be sent again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln new version(s) stored</source>
        <translation>
            <numerusform>%Ln new version stored</numerusform>
            <numerusform>%Ln new versions stored</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of an older version than the newest</source>
        <translation>
            <numerusform>%Ln of an older version than the newest</numerusform>
            <numerusform>%Ln of an older version than the newest</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln record(s) written</source>
        <translation>
            <numerusform>%Ln record written</numerusform>
            <numerusform>%Ln records written</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %Ln more that were refused</source>
        <translation>
            <numerusform>… and %Ln more that were refused</numerusform>
            <numerusform>… and %Ln more that were refused</numerusform>
        </translation>
    </message>
</context>
</TS>
