"""The commands against a database, through the same API as a node: what they print and return."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.cli.run import run
from engine.cli.terminal import Terminal
from engine.config import Home
from engine.core.delivery import Event
from tests.integration.api_node import ApiNode, api_node, document

MONEY = '{"id":9007199254740993,"amount":1.10}'


@dataclass
class Said:
    """What a command printed and returned."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class CommandLine:
    """Runs commands against one database in a data directory of its own."""

    home: Path

    def __call__(self, *words: str, typed: str = "") -> Said:
        buffers = io.BytesIO(), io.BytesIO()
        out, err = (io.TextIOWrapper(each, "utf-8", write_through=True) for each in buffers)
        url = Home(self.home).database_url
        code = run([*words, "--db", url], Terminal(out, err, io.StringIO(typed)))
        said = Said(code, *(each.getvalue().decode() for each in buffers))
        assert "Traceback" not in said.err
        return said

    def fill(self, work: Callable[[ApiNode], Coroutine[Any, Any, None]]) -> None:
        """Put something into the database the way a node does."""

        async def filled() -> None:
            async with api_node(self.home) as node:
                await work(node)

        asyncio.run(filled())


@pytest.fixture
def jellyfish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("JELLYFISH_HOME", str(tmp_path))
    return CommandLine(tmp_path)


@pytest.fixture
def filled(jellyfish: CommandLine) -> CommandLine:
    """One delivered after a retry, one dead, one pending."""

    async def work(node: ApiNode) -> None:
        await node.owner.apply(document())
        await node.pulled([("A-1", MONEY.encode())])
        await node.tried(await node.claimed(), Event.POSTPONE, due_in_s=-1)
        await node.tried(await node.claimed())
        await node.pulled([("A-2", b"\xff\xfe")])
        await node.tried(await node.claimed(), Event.GIVE_UP)
        await node.pulled([("订单-3", b"<xml/>")])

    jellyfish.fill(work)
    return jellyfish


def write(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_status_has_the_published_shape(filled: CommandLine) -> None:
    said = filled("status", "--json")

    assert said.code == 0
    (job,) = said.json["jobs"]
    assert set(job) == {"job", "state", "pulled", "lag_s", "consumers"}
    (consumer,) = job["consumers"]
    assert consumer == {"consumer": "erp", "synced": 1, "unsynced": 1, "failed": 1, "skipped": 0}
    assert job["pulled"] == 3


def test_status_is_a_table_for_people(filled: CommandLine) -> None:
    said = filled("status")

    head, row = said.out.splitlines()[:2]
    assert head.split()[:3] == ["JOB", "CONSUMER", "STATE"]
    assert row.split()[:2] == ["orders", "erp"]


def test_records_are_one_object_a_line(filled: CommandLine) -> None:
    said = filled("records", "--json")

    assert [line["key"] for line in said.lines] == ["订单-3", "A-2", "A-1"]
    for line in said.lines:
        assert set(line) == {"id", "job", "key", "version", "pulled_at", "deliveries"}
        assert set(line["deliveries"][0]) == {"consumer", "state", "cycle"}


def test_records_are_filtered(filled: CommandLine) -> None:
    def keys(*words: str) -> list[str]:
        return [line["key"] for line in filled("records", "--json", *words).lines]

    assert keys("--state", "dead") == ["A-2"]
    assert keys("--state", "dead", "--state", "delivered") == ["A-2", "A-1"]
    assert keys("--job", "orders", "--consumer", "erp", "--key", "订单-3") == ["订单-3"]
    assert keys("--since", "1h") == ["订单-3", "A-2", "A-1"]
    assert keys("--until", "1h") == []
    assert keys("--limit", "1") == ["订单-3"]


def test_a_record_has_the_published_shape_with_every_digit(filled: CommandLine) -> None:
    (listed,) = filled("records", "--json", "--key", "A-1").lines

    said = filled("record", str(listed["id"]), "--json")

    assert f'"payload":{MONEY}' in said.out
    record = said.json
    assert set(record) == {
        "id",
        "job",
        "key",
        "version",
        "payload",
        "pulled_at",
        "pull",
        "deliveries",
    }
    assert record["pull"]["url"] == "http://127.0.0.1:9/orders"
    (delivery,) = record["deliveries"]
    assert set(delivery) == {"consumer", "state", "cycle", "attempts"}
    assert (delivery["state"], delivery["cycle"]) == ("delivered", 1)
    assert [attempt["outcome"] for attempt in delivery["attempts"]] == ["retry", "accepted"]
    for attempt in delivery["attempts"]:
        assert set(attempt) == {
            "number",
            "outcome",
            "status",
            "started_at",
            "ms",
            "error",
            "request",
            "response",
        }
        assert attempt["request"]["body"] == MONEY
        assert attempt["started_at"].endswith("Z")


@pytest.mark.parametrize(("key", "payload"), [("A-2", "//4="), ("订单-3", "<xml/>")])
def test_a_payload_that_is_not_json_is_a_text(filled: CommandLine, key: str, payload: str) -> None:
    (listed,) = filled("records", "--json", "--key", key).lines

    assert filled("record", str(listed["id"]), "--json").json["payload"] == payload


def test_a_record_tells_people_everything(filled: CommandLine) -> None:
    (listed,) = filled("records", "--json", "--key", "A-1").lines

    said = filled("record", str(listed["id"]))

    for part in (
        MONEY,
        "erp: delivered",
        "1.1",
        "1.2",
        "503",
        "The target answered 503.",
        "→ POST",
    ):
        assert part in said.out


def test_a_record_that_is_not_there_is_a_sentence(filled: CommandLine) -> None:
    said = filled("record", "99999999")

    assert (said.code, said.out) == (1, "")
    assert "99999999" in said.err


def test_a_resend_names_the_number_first_and_takes_a_no(filled: CommandLine) -> None:
    said = filled("resend", "--job", "orders", typed="n\n")

    assert said.code == 1
    assert "Resend 2 deliveries (1 delivered, 1 dead)? [y/N]" in said.err
    assert "Nothing was done." in said.err
    assert filled("status", "--json").json["jobs"][0]["consumers"][0]["unsynced"] == 1


def test_a_resend_of_all_that_match_reports_how_many(filled: CommandLine) -> None:
    said = filled("resend", "--job", "orders", "--state", "dead", typed="y\n")

    assert (said.code, said.out) == (0, "Resent: 1.\n")
    assert "1 of 1 resent" in said.err
    (consumer,) = filled("status", "--json").json["jobs"][0]["consumers"]
    assert (consumer["failed"], consumer["unsynced"]) == (0, 2)


def test_a_resend_by_id_asks_too(filled: CommandLine) -> None:
    (listed,) = filled("records", "--json", "--key", "A-1").lines
    record_id = str(listed["id"])

    declined = filled("resend", record_id)
    done = filled("resend", record_id, "--yes")
    again = filled("resend", record_id, "--yes")

    assert (declined.code, done.code, again.code) == (1, 0, 1)
    assert "Resend 1 delivery (1 delivered)?" in declined.err
    assert done.out == "Resent: 1.\n"
    assert "pending" in again.err


def test_a_resend_of_nothing_says_so(filled: CommandLine) -> None:
    said = filled("resend", "--key", "none")

    assert (said.code, said.out) == (0, "Nothing matches that could be resent.\n")


def test_jobs_are_applied_from_yaml_and_json(jellyfish: CommandLine, tmp_path: Path) -> None:
    both = write(tmp_path, "both.yaml", yaml.safe_dump_all([document("one"), document("订单")]))
    third = write(tmp_path, "third.json", json.dumps(document("three")))

    first = jellyfish("job", "apply", both, third)
    second = jellyfish("job", "apply", both)
    changed = jellyfish("job", "apply", "-", typed=json.dumps(document("one", description="x")))

    assert first.out.splitlines() == [
        "one: created (revision 1)",
        "订单: created (revision 1)",
        "three: created (revision 1)",
    ]
    assert second.out.splitlines() == [
        "one: unchanged (revision 1)",
        "订单: unchanged (revision 1)",
    ]
    assert changed.out == "one: updated (revision 2)\n"
    assert [job["job"] for job in jellyfish("job", "list", "--json").json["jobs"]] == [
        "one",
        "three",
        "订单",
    ]


def test_a_refused_document_tells_path_sentence_and_hint(
    jellyfish: CommandLine, tmp_path: Path
) -> None:
    wrong = document()
    wrong["consumers"][0]["concurency"] = 4
    del wrong["ledger"]
    file = write(tmp_path, "wrong.yaml", yaml.safe_dump(wrong))
    good = write(tmp_path, "good.yaml", yaml.safe_dump(document("good")))

    said = jellyfish("job", "apply", file, good)

    assert said.code == 1
    assert said.out == "good: created (revision 1)\n"
    assert f"{file}, job orders: It was refused for 2 reasons:" in said.err
    assert 'consumers[0].concurency: There is no field "concurency" here.' in said.err
    assert '    Did you mean "concurrency"?' in said.err
    assert 'ledger: The field "ledger" is missing.' in said.err


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("job: [", "line "),
        ("", "no job document"),
        ("- a\n- b\n", "object"),
        ("job: &a [*a]\n", "JSON cannot say"),
        ("job: .nan\n", "JSON cannot say"),
        ("job: !!binary aGk=\n", "JSON cannot say"),
        ("job: !!python/object:os.system x\n", "not YAML or JSON"),
    ],
)
def test_a_file_that_is_no_document_is_a_sentence(
    jellyfish: CommandLine, tmp_path: Path, content: str, part: str
) -> None:
    said = jellyfish("job", "apply", write(tmp_path, "bad.yaml", content))

    assert said.code == 1
    assert part in said.err


def test_a_file_that_is_not_there_is_a_sentence(jellyfish: CommandLine) -> None:
    said = jellyfish("job", "apply", "nowhere.yaml")

    assert said.code == 1
    assert "nowhere.yaml cannot be read: No such file or directory." in said.err


def test_an_export_can_be_applied_again(jellyfish: CommandLine, tmp_path: Path) -> None:
    one = document("订单", description="a: 'b' \u202e # no")
    one["producer"]["response"] = {"ok": 'body.code == "0"'}
    jellyfish("job", "apply", "-", typed=json.dumps(one))
    jellyfish("job", "apply", "-", typed=json.dumps(document("two")))

    piped = write(tmp_path, "piped.yaml", jellyfish("job", "export").out)
    file = str(tmp_path / "file.yaml")
    jellyfish("job", "export", "--output", file)

    for each in (piped, file):
        again = jellyfish("job", "apply", each)
        assert again.out.splitlines() == [
            "two: unchanged (revision 1)",
            "订单: unchanged (revision 1)",
        ]
    assert jellyfish("job", "show", "订单", "--json").json["document"] == one


def test_jobs_are_paused_resumed_and_deleted(filled: CommandLine) -> None:
    assert filled("job", "pause", "orders").out == "orders: paused\n"
    assert filled("job", "list", "--json").json["jobs"][0]["paused"] is True
    assert filled("job", "resume", "orders").code == 0
    assert filled("job", "pause", "orders", "--consumer", "erp").out == "orders / erp: paused\n"

    kept = filled("job", "delete", "orders", typed="n\n")
    assert kept.code == 1
    assert "with its 3 records" in kept.err
    assert filled("job", "delete", "orders", "--yes").code == 0
    assert filled("job", "list", "--json").json["jobs"] == []
    assert filled("job", "pause", "orders").code == 1


def test_a_job_is_not_run_without_a_node(filled: CommandLine) -> None:
    said = filled("job", "run", "orders")

    assert said.code == 1
    assert "Nothing pulls" in said.err


def test_the_schema_is_json(jellyfish: CommandLine) -> None:
    assert "consumers" in jellyfish("job", "schema").json["properties"]


def test_a_test_of_a_job_whose_source_is_down_says_so(
    jellyfish: CommandLine, tmp_path: Path
) -> None:
    said = jellyfish("job", "test", write(tmp_path, "job.json", json.dumps(document())))

    assert said.code == 1
    assert "127.0.0.1:9" in said.err
    assert jellyfish("job", "list", "--json").json["jobs"] == []


def test_check_says_how_much_was_checked(filled: CommandLine) -> None:
    assert filled("check").out.startswith("All holds: ")
    assert filled("check", "--json").json["ok"] is True


def test_secrets_are_set_listed_and_deleted_and_never_shown(jellyfish: CommandLine) -> None:
    assert jellyfish("secret", "set", "one", "canary-1").out == "one: set\n"
    assert jellyfish("secret", "set", "two", typed="canary-2\n").code == 0
    assert jellyfish("channel", "set", "ops", "https://hook.example/canary-3").code == 0

    listed = jellyfish("secret", "list", "--json")
    assert [each["name"] for each in listed.json["secrets"]] == ["one", "two"]
    assert [each["name"] for each in jellyfish("channel", "list", "--json").json["channels"]] == [
        "ops"
    ]
    assert "canary" not in listed.out + jellyfish("secret", "list").out
    assert jellyfish("secret", "delete", "one").code == 0
    assert jellyfish("secret", "delete", "one").code == 1
    assert jellyfish("secret", "set", "empty", typed="").code == 2


def test_a_token_is_all_there_is_on_stdout(jellyfish: CommandLine) -> None:
    made = jellyfish("token", "create", "dashboard", "--scope", "operate", "--expires", "30d")

    assert made.out.strip().isprintable()
    assert len(made.out.split()) == 1
    (listed,) = jellyfish("token", "list", "--json").json["tokens"]
    assert (listed["name"], listed["scope"]) == ("dashboard", "operate")
    assert listed["expires_at"] - listed["created_at"] == pytest.approx(30 * 86_400_000, abs=1000)
    assert jellyfish("token", "revoke", "dashboard").code == 0
    assert jellyfish("token", "revoke", "dashboard").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("resend",),
        ("resend", "1", "--job", "orders"),
        ("records", "--since", "whenever"),
        ("token", "create", "x", "--expires", "soon"),
    ],
)
def test_words_that_do_not_go_together_are_wrong_usage(
    jellyfish: CommandLine, words: tuple[str, ...]
) -> None:
    said = jellyfish(*words)

    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("jellyfish: ")


def test_a_bug_is_one_sentence_and_a_report(
    jellyfish: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr("engine.cli.job_commands.read_documents", broken)

    said = jellyfish("job", "apply", "-")

    assert said.code == 1
    assert "inside" not in said.err
    (report,) = (tmp_path / "reports").iterdir()
    assert str(report) in said.err
    assert "RuntimeError: inside" in report.read_text()
