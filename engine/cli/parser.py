"""The words and options of every command. What they do stands in the ``*_commands`` modules."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from typing import Any

from engine import __version__
from engine.api.client import NodeClient
from engine.cli import (
    access_commands,
    cursor_commands,
    job_commands,
    node_commands,
    nodes_commands,
    operation_commands,
    record_commands,
    resend_commands,
)
from engine.cli.terminal import Terminal
from engine.config import DEFAULT_LISTEN
from engine.operations.certificate import DAYS

STATES = ("pending", "sending", "retrying", "delivered", "dead", "skipped")
Command = Callable[[NodeClient, argparse.Namespace, Terminal], Awaitable[int]]


class _Parser(argparse.ArgumentParser):
    """Wrong usage is a sentence and a hint, with exit code 2."""

    def error(self, message: str) -> Any:
        """End the program."""
        self.exit(2, f"{self.prog}: {message}.\nTry `{self.prog} --help`.\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser. A parsed command has ``run`` (a Command), or ``special`` if it needs no node."""
    parser = _Parser(
        prog="jellyfish",
        description="Moves records from one system to another and can prove what it did. "
        "Without a command: the console.",
        epilog="JELLYFISH_DB, JELLYFISH_NODE, JELLYFISH_TOKEN and JELLYFISH_FINGERPRINT stand in "
        "for the options. "
        "Without them a command talks to the node on this machine, or to the default database.",
    )
    parser.add_argument("--version", action="version", version=f"jellyfish {__version__}")
    parser.set_defaults(run=None, special="console")
    commands = parser.add_subparsers(metavar="COMMAND")
    _node(commands)
    _nodes(commands)
    _job(commands)
    _records(commands)
    _resend(commands)
    _operation(commands)
    _access(commands)
    _certificate(commands)
    _key(commands)
    _copy(commands)
    return parser


def _command(
    commands: Any, name: str, run: Command, summary: str, *, json: bool = False
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run, special="")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--db", metavar="URL", help="a database, such as sqlite:///PATH")
    place.add_argument(
        "--node",
        metavar="URL",
        action="append",
        help="a node, such as http://HOST:PORT; several nodes of one database, with commas or "
        "given again, stand in for each other",
    )
    parser.add_argument(
        "--fingerprint",
        metavar="SHA256",
        action="append",
        help="of the node's certificate; of several in the order of the nodes",
    )
    parser.add_argument("--token", metavar="T", help="the node's token")
    parser.set_defaults(json=False)
    if json:
        parser.add_argument("--json", action="store_true", help="for programs")
    return parser


def _group(commands: Any, name: str, summary: str) -> Any:
    parser = commands.add_parser(name, help=summary, description=summary)
    return parser.add_subparsers(metavar="COMMAND", required=True)


def _node(commands: Any) -> None:
    demo = commands.add_parser("demo", help="sample systems with faults, a node, the console")
    demo.set_defaults(run=None, special="demo")
    node = commands.add_parser("node", help="run a node")
    node.set_defaults(run=None, special="node")
    node.add_argument("--db", metavar="URL", help="a database, such as sqlite:///PATH")
    node.add_argument("--listen", metavar="HOST:PORT", default=DEFAULT_LISTEN)
    node.add_argument("--name", help="how it is called; the machine's name when left out")
    node.add_argument(
        "--advertise",
        metavar="URL",
        help="where consoles and other programs reach it; left out: where it listens",
    )
    node.add_argument("--certificate", metavar="FILE", help="for TLS: PEM, with its chain")
    node.add_argument("--key", metavar="FILE", help="the certificate's key, PEM")
    _command(
        commands,
        "status",
        node_commands.status,
        "per job and consumer: pulled, synced, unsynced, failed, rates, lag",
        json=True,
    )
    _command(
        commands,
        "check",
        node_commands.check,
        "recount everything and compare; exit 1 if something does not hold",
        json=True,
    )


def _nodes(commands: Any) -> None:
    nodes = _group(commands, "nodes", "the nodes of the database: list, drain, forget")
    _command(nodes, "list", nodes_commands.list_nodes, "all nodes and what they hold", json=True)
    show = _command(nodes, "show", nodes_commands.show, "one node and its shards", json=True)
    show.add_argument("name", metavar="NAME")
    for name, run, summary in (
        ("drain", nodes_commands.drain, "let it finish and take no more work; it stays so"),
        ("undrain", nodes_commands.undrain, "let it take work again"),
        ("forget", nodes_commands.forget, "take a node that runs no more out of the list"),
    ):
        _command(nodes, name, run, summary).add_argument("name", metavar="NAME")


def _job(commands: Any) -> None:
    jobs = _group(commands, "job", "apply, list, show, export, pause, run, test jobs")
    apply = _command(jobs, "apply", job_commands.apply, "create or change jobs from documents")
    apply.add_argument("files", nargs="+", metavar="FILE", help="YAML or JSON; - reads the input")
    _command(jobs, "list", job_commands.list_jobs, "all jobs", json=True)
    show = _command(jobs, "show", job_commands.show, "a job's document", json=True)
    show.add_argument("job", metavar="JOB")
    export = _command(jobs, "export", job_commands.export, "documents for `job apply`", json=True)
    export.add_argument("jobs", nargs="*", metavar="JOB", help="left out: all")
    export.add_argument("--output", metavar="FILE")
    delete = _command(jobs, "delete", job_commands.delete, "delete a job and its records")
    delete.add_argument("job", metavar="JOB")
    _yes(delete)
    for name, run, summary in (
        ("pause", job_commands.pause, "pause a job or one of its consumers"),
        ("resume", job_commands.resume, "let it run again"),
    ):
        parser = _command(jobs, name, run, summary)
        parser.add_argument("job", metavar="JOB")
        parser.add_argument("--consumer", metavar="NAME")
        if name == "pause":
            parser.add_argument(
                "--until", metavar="TIME", help="resume by itself: 2h from now, or a time"
            )
            _reason(parser)
    _cursor(jobs)
    run_now = _command(jobs, "run", job_commands.run_now, "pull now")
    run_now.add_argument("job", metavar="JOB")
    _command(jobs, "schema", job_commands.schema, "the JSON Schema of a job document")
    test = _command(
        jobs, "test", job_commands.test, "ask for one real page; nothing is kept or sent", json=True
    )
    test.add_argument("file", metavar="FILE", help="YAML or JSON; - reads the input")


def _records(commands: Any) -> None:
    records = _command(
        commands, "records", record_commands.records, "records, newest first", json=True
    )
    _filters(records)
    records.add_argument(
        "--limit", metavar="N", type=_positive, help="at most; left out: 200, or with --json all"
    )
    record = _command(
        commands, "record", record_commands.record, "one record and everything about it", json=True
    )
    record.add_argument("id", type=_positive, metavar="ID")


def _resend(commands: Any) -> None:
    resend = _command(
        commands, "resend", resend_commands.resend, "send again: counts first, then asks", json=True
    )
    resend.add_argument("ids", nargs="*", type=_positive, metavar="ID", help="records")
    _filters(resend)
    resend.add_argument(
        "--as-sent", action="store_true", help="the last request as it was, not today's mapping"
    )
    resend.add_argument(
        "--per-second", type=_rate, metavar="N", help="at most so many; of a working node"
    )
    _reason(resend)
    _yes(resend)


def _cursor(jobs: Any) -> None:
    cursor = _command(
        jobs, "cursor", cursor_commands.cursor, "show a job's cursors, or move one", json=True
    )
    cursor.add_argument("job", metavar="JOB")
    cursor.add_argument("--shard", metavar="NAME")
    change = cursor.add_mutually_exclusive_group()
    change.add_argument("--set", metavar="VALUE", help="as the source writes it")
    change.add_argument("--clear", action="store_true", help="back to the document's start")
    _yes(cursor)
    repull = _command(
        jobs, "repull", operation_commands.repull, "read a stretch again beside the live pull"
    )
    repull.add_argument("job", metavar="JOB")
    repull.add_argument("--shard", metavar="NAME", help="left out: all, one after the other")
    repull.add_argument("--since", metavar="VALUE", help="a cursor value; left out: the start")
    repull.add_argument("--until", metavar="VALUE", help="a cursor value; left out: the end")
    _reason(repull)


def _operation(commands: Any) -> None:
    group = _group(commands, "operation", "long work: resends of many, skips, re-pulls")
    listing = _command(
        group, "list", operation_commands.list_operations, "the newest first", json=True
    )
    listing.add_argument("--open", action="store_true", help="only those running or paused")
    show = _command(group, "show", operation_commands.show, "one of them", json=True)
    show.add_argument("id", type=_positive, metavar="ID")
    for step, summary in (
        ("pause", "stop until it is resumed"),
        ("resume", "go on where it stopped"),
        ("cancel", "stop for good; what was done stays done"),
    ):
        parser = _command(group, step, operation_commands.steer, summary)
        parser.add_argument("id", type=_positive, metavar="ID")
        parser.set_defaults(step=step)


def _access(commands: Any) -> None:
    tokens = _group(commands, "token", "who may call the node")
    create = _command(tokens, "create", access_commands.create_token, "make a token", json=True)
    create.add_argument("name", metavar="NAME")
    create.add_argument("--scope", choices=("read", "operate", "admin"), default="read")
    create.add_argument("--expires", metavar="30d", help="never, when left out")
    _command(tokens, "list", access_commands.list_tokens, "all tokens", json=True)
    revoke = _command(tokens, "revoke", access_commands.revoke_token, "revoke a token at once")
    revoke.add_argument("token_id", metavar="ID|NAME")
    for use in ("secret", "channel"):
        group = _group(commands, use, f"{use}s of the jobs; their values are never shown")
        put = _command(group, "set", access_commands.put, f"create or replace a {use}")
        put.add_argument("name", metavar="NAME")
        put.add_argument(
            "value", nargs="?", metavar="VALUE", help="left out: asked for, or read from the input"
        )
        listing = _command(group, "list", access_commands.names, f"all {use}s by name", json=True)
        delete = _command(group, "delete", access_commands.delete, f"delete a {use}")
        delete.add_argument("name", metavar="NAME")
        for parser in (put, listing, delete):
            parser.set_defaults(use=use)
        if use == "channel":
            test = _command(group, "test", access_commands.test_channel, "send a test message")
            test.add_argument("name", metavar="NAME")


def _certificate(commands: Any) -> None:
    group = _group(commands, "certificate", "this machine's certificate, for a node with TLS")
    make = group.add_parser("make", help="make a self-signed one and tell its fingerprint")
    make.set_defaults(run=None, special="certificate make")
    make.add_argument(
        "names", nargs="*", metavar="HOST", help="names and addresses consoles will use"
    )
    make.add_argument("--days", type=_positive, default=DAYS, help=f"left out: {DAYS}")
    make.add_argument("--replace", action="store_true", help="replace the one that is there")
    show = group.add_parser("show", help="its names, its end, its fingerprint")
    show.set_defaults(run=None, special="certificate show")


def _key(commands: Any) -> None:
    group = _group(commands, "key", "the key that seals secrets: nodes of one database share it")
    export = group.add_parser("export", help="write this machine's key into a file")
    export.set_defaults(run=None, special="key export")
    export.add_argument("file", metavar="FILE")
    bring = group.add_parser("import", help="take the key of another machine")
    bring.set_defaults(run=None, special="key import")
    bring.add_argument("file", metavar="FILE")
    bring.add_argument("--replace", action="store_true", help="replace the one that is there")


def _copy(commands: Any) -> None:
    summary = "take everything into another database, verified; may be stopped and goes on"
    copy = commands.add_parser("copy", help=summary, description=summary)
    copy.set_defaults(run=None, special="copy")
    copy.add_argument("--from", dest="origin", metavar="URL", required=True, help="it stays as is")
    copy.add_argument("--to", dest="destination", metavar="URL", required=True, help="new or empty")
    copy.add_argument(
        "--restart", action="store_true", help="throw an unfinished copy away and begin anew"
    )
    copy.add_argument("--json", action="store_true", help="for programs")


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--job", metavar="JOB")
    parser.add_argument("--consumer", metavar="NAME")
    parser.add_argument(
        "--state", action="append", choices=STATES, default=[], help="may stand several times"
    )
    parser.add_argument("--key", metavar="KEY", help="the whole key")
    parser.add_argument("--key-prefix", metavar="TEXT", help="how the key begins")
    parser.add_argument("--since", metavar="TIME", help="2h, 2026-01-31, 2026-01-31T08:00:00Z")
    parser.add_argument("--until", metavar="TIME")


def _reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", metavar="TEXT", help="for the audit")


def _yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


_positive.__name__ = "number above 0"


def _rate(text: str) -> float:
    number = float(text)
    if not 0 < number <= 100_000:
        raise ValueError(text)
    return number


_rate.__name__ = "number above 0"
