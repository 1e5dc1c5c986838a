"""The command line as a process: exit codes, streams, and which node it talks to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.client import read_local_node
from engine.config import Home, write_local_node
from tests.fault_server import Answer, FaultServer
from tests.integration.api_node import document

TIMEOUT_S = 40


def jellyfish(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "JELLYFISH_HOME": str(home), **env},
    )


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("--help",), 0, ""),
        (("nonsense",), 2, "Try `jellyfish --help`."),
        (("record",), 2, "required: ID"),
        (("record", "abc"), 2, "Try `jellyfish record --help`."),
        (("job",), 2, "required"),
        (("status", "--db", "a", "--node", "b"), 2, "not allowed with"),
        (("status", "--db", "oracle://x"), 1, ""),
        (("status", "--node", "http://127.0.0.1:9", "--token", "t"), 1, "No node answers"),
        (("status", "--node", "http://127.0.0.1:9"), 1, "asks for a token"),
        (("status", "--node", "127.0.0.1:9", "--token", "t"), 2, "is not an address"),
        (("node", "--listen", "nowhere"), 1, "is not an address to listen at"),
        (("node", "--listen", "0.0.0.0:0"), 1, "without TLS"),
    ],
)
def test_exit_codes_and_one_sentence_on_stderr(
    tmp_path: Path, words: tuple[str, ...], code: int, part: str
) -> None:
    done = jellyfish(tmp_path, *words)

    assert done.returncode == code, done.stderr
    assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert (done.stdout == "") is (code != 0)
    assert not (tmp_path / "reports").exists()


def test_without_any_place_the_default_database_is_meant(tmp_path: Path) -> None:
    done = jellyfish(tmp_path, "status", "--json")

    assert json.loads(done.stdout) == {"jobs": []}
    assert (tmp_path / "jellyfish.db").exists()
    if os.name == "posix":
        assert (tmp_path / "jellyfish.db").stat().st_mode & 0o077 == 0


def test_environment_names_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{(tmp_path / 'other.db').as_posix()}"

    assert jellyfish(tmp_path, "status", JELLYFISH_DB=url).returncode == 0

    assert (tmp_path / "other.db").exists()
    assert not (tmp_path / "jellyfish.db").exists()


def test_nobody_reading_the_output_is_no_error(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli", "job", "schema"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
            env={**os.environ, "JELLYFISH_HOME": str(tmp_path)},
        )

    assert done.stderr == ""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A node as a process, and the line it says when it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0", "--name", "n1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "JELLYFISH_HOME": str(tmp_path)},
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=TIMEOUT_S)


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_a_node_is_found_by_the_commands_of_its_user_and_stops_in_order(
    tmp_path: Path, running: tuple[subprocess.Popen[str], str]
) -> None:
    process, line = running
    assert line.startswith("The node listens at http://127.0.0.1:")
    local = read_local_node({"JELLYFISH_HOME": str(tmp_path)})
    assert local is not None
    url, token, fingerprint = local
    assert fingerprint == ""
    assert url in line
    assert (tmp_path / "node.json").stat().st_mode & 0o077 == 0

    found = jellyfish(tmp_path, "token", "create", "li", "--json")
    assert found.returncode == 0, found.stderr
    made = json.loads(found.stdout)["token"]
    elsewhere = tmp_path / "elsewhere"
    by_address = jellyfish(elsewhere, "status", "--json", "--node", url, "--token", made)
    by_variables = jellyfish(
        elsewhere, "status", "--json", JELLYFISH_NODE=url, JELLYFISH_TOKEN=made
    )
    assert json.loads(by_address.stdout) == json.loads(by_variables.stdout) == {"jobs": []}
    refused = jellyfish(elsewhere, "secret", "list", "--node", url, "--token", made + "x")
    assert refused.returncode == 1
    assert "No valid token" in refused.stderr

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert token not in err
    assert not (tmp_path / "node.json").exists()


def test_a_stale_note_of_a_node_is_passed_over(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    write_local_node(Home(tmp_path), url=f"http://127.0.0.1:{port}", token="t")

    done = jellyfish(tmp_path, "status", "--json")

    assert json.loads(done.stdout) == {"jobs": []}


async def test_a_job_test_shows_the_request_the_answer_the_records_and_what_would_be_sent(
    tmp_path: Path,
) -> None:
    page = b'{"items": [{"id": "A-1", "amount": 1.10, "status": "paid"}]}'
    async with FaultServer() as shop:
        url = shop.on("/orders", Answer(200, page))
        tried = document()
        tried["producer"]["request"] = {"url": url, "headers": {"X-Tenant": "acme"}}
        tried["producer"]["response"] = {"records": "body.items"}
        tried["consumers"][0]["request"] = {
            "url": "http://127.0.0.1:9/erp/${record.id}",
            "body": {"orderNo": "${record.id}"},
        }
        file = tmp_path / "job.json"
        file.write_text(json.dumps(tried))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "engine.cli", "job", "test", str(file)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "JELLYFISH_HOME": str(tmp_path / "home")},
        )
        async with asyncio.timeout(TIMEOUT_S):
            out, err = (stream.decode() for stream in await process.communicate())

    assert (process.returncode, err) == (0, "")
    assert [received.header("x-tenant") for received in shop.received] == ["acme"]
    for part in (
        f"GET {url}",
        "X-Tenant: acme",
        "Answer 200",
        page.decode(),
        "Records: 1 on this page",
        "key=A-1",
        "To erp",
        "http://127.0.0.1:9/erp/A-1",
        "orderNo",
    ):
        assert part in out


def test_without_the_consoles_libraries_everything_else_works(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['PySide6'] = None\nfrom engine.cli import main; sys.exit(main([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
        env={**os.environ, "JELLYFISH_HOME": str(tmp_path)},
    )

    assert done.returncode == 1
    assert "The console's libraries are not installed (PySide6 is missing)." in done.stderr
    assert "data-jellyfish[console]" in done.stderr
    assert "Traceback" not in done.stderr
