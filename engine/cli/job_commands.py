"""job …: documents in and out, pausing, running, testing."""

from __future__ import annotations

import json
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import yaml

from engine.api import wire
from engine.api.client import ApiError, NodeClient
from engine.cli.mistakes import DONE, FAILED, Declined, WrongUsage, told
from engine.cli.moments import parse_moment, parse_span_s, shown
from engine.cli.terminal import Terminal
from engine.core.errors import OperatorError
from engine.operations.document import MAX_BYTES, read_documents


async def apply(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Create or change jobs; every document is tried, exit 1 if one was refused."""
    failed = False
    for file in options.files:
        try:
            documents = _documents(file, terminal)
        except OperatorError as error:
            told(error, terminal, file)
            failed = True
            continue
        for document in documents:
            failed = not await _apply_one(client, file, document, terminal) or failed
    return FAILED if failed else DONE


async def _apply_one(
    client: NodeClient, file: str, document: dict[str, Any], terminal: Terminal
) -> bool:
    name = document.get("job")
    try:
        done = await client.apply(document)
    except ApiError as error:
        told(error, terminal, f"{file}, job {name}" if isinstance(name, str) else file)
        return False
    word = "created" if done.created else "updated" if done.changed else "unchanged"
    terminal.say(f"{done.job}: {word} (revision {done.revision})")
    for warning in done.warnings:
        terminal.tell(f"{done.job}: {warning}")
    return True


async def list_jobs(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """All jobs."""
    jobs = await client.jobs()
    if options.json:
        terminal.json({"jobs": [_summary(job) for job in jobs]})
        return DONE
    terminal.table(
        ("JOB", "REVISION", "PAUSED", "UPDATED", "DESCRIPTION"),
        [
            (
                job.job,
                job.revision,
                job.paused,
                shown(job.updated_at),
                job.document.get("description", ""),
            )
            for job in jobs
        ],
    )
    return DONE


async def show(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """A job's document, as it was saved."""
    job = await client.job(options.job)
    if options.json:
        terminal.json({**_summary(job), "document": job.document})
    else:
        terminal.say(as_yaml([job.document]).rstrip("\n"))
    return DONE


async def export(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Documents that ``job apply`` takes; secrets stand in them by name only."""
    if options.jobs:
        jobs = [await client.job(name) for name in options.jobs]
    else:
        jobs = list(await client.jobs())
    documents = [job.document for job in jobs]
    if options.output:
        _write(options.output, as_yaml(documents))
        terminal.tell(f"{len(documents)} written to {options.output}")
    elif options.json:
        for document in documents:
            terminal.json(document)
    elif documents:
        terminal.text(as_yaml(documents))
    return DONE


async def delete(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Ask with the number of records, then delete."""
    await client.job(options.job)
    pulled = next((job.pulled for job in (await client.status()).jobs if job.job == options.job), 0)
    question = f"Delete the job {options.job} with its {pulled:,} records and their history?"
    if not options.yes and not terminal.ask(question):
        raise Declined
    await client.delete_job(options.job)
    terminal.say(f"{options.job}: deleted")
    return DONE


async def pause(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Pause a job, or one of its consumers."""
    until = _end(options.until)
    await client.pause(options.job, options.consumer, until, options.reason or "")
    told_until = "" if until is None else f" until {shown(until)}"
    terminal.say(f"{_target(options)}: paused{told_until}")
    return DONE


def _end(text: str | None) -> int | None:
    """When a maintenance window ends (UTC ms): a time from now, or an instant."""
    if text is None:
        return None
    now = int(time.time() * 1000)
    try:
        return now + parse_span_s(text) * 1000
    except ValueError:
        pass
    try:
        return parse_moment(text, now=now)
    except ValueError:
        raise WrongUsage(
            f'"{text}" is not a time; write 2h for two hours from now, or 2026-01-31T08:00:00Z.'
        ) from None


async def resume(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Let it run again."""
    await client.resume(options.job, options.consumer)
    terminal.say(f"{_target(options)}: resumed")
    return DONE


async def run_now(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Pull now."""
    await client.run(options.job)
    terminal.say(f"{options.job}: is pulled now")
    return DONE


async def schema(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """The JSON Schema of a job document."""
    terminal.json(await client.schema())
    return DONE


async def test(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """The real request, answer and records, and what each consumer would send."""
    documents = _documents(options.file, terminal)
    if len(documents) > 1:
        raise OperatorError(f"{options.file} holds {len(documents)} jobs; test one at a time.")
    found = await client.test(documents[0])
    if options.json:
        terminal.json(found.model_dump(mode="json"))
    else:
        _say_test(found, terminal)
    return DONE if found.ok else FAILED


def _say_test(found: wire.JobTestShape, terminal: Terminal) -> None:
    if found.request is not None:
        terminal.say("Request")
        _say_request(found.request, terminal)
    if found.response is not None:
        terminal.say(f"\nAnswer {found.response.status}, {found.response.length:,} bytes")
        _say_headers(found.response.headers, terminal)
        terminal.say(_indented(found.response.body or found.response.body_base64 or ""))
    if found.ok:
        terminal.say(f"\nRecords: {found.raw_count:,} on this page")
    for record in found.records:
        said = (f"{name}={value}" for name, value in record.items() if value is not None)
        terminal.say("  " + "  ".join(said))
    for rendered in found.rendered:
        _say_rendered(rendered, terminal)
    if found.sentence:
        (terminal.say if found.ok else terminal.tell)(f"\n{found.sentence}")
    if found.hint:
        (terminal.say if found.ok else terminal.tell)(found.hint)


def _say_rendered(rendered: dict[str, Any], terminal: Terminal) -> None:
    """What a consumer would send for the first record it wants, or why it sends nothing."""
    terminal.say(f"\nTo {rendered.get('consumer')}, record {rendered.get('key', '–')}")
    if isinstance(request := rendered.get("request"), dict):
        _say_request(wire.RequestShape.model_validate(request), terminal)
    for name in ("sentence", "hint"):
        if rendered.get(name):
            terminal.say(f"  {rendered[name]}")


def _say_request(request: wire.RequestShape, terminal: Terminal) -> None:
    terminal.say(f"  {request.method} {request.url}")
    _say_headers(request.headers, terminal)
    if request.body:
        terminal.say(_indented(request.body))


def _say_headers(headers: tuple[tuple[str, str], ...], terminal: Terminal) -> None:
    for name, value in headers:
        terminal.say(f"  {name}: {value}")


def _indented(text: str, cap: int = 4_000) -> str:
    cut = text if len(text) <= cap else f"{text[:cap]}… ({len(text):,} characters)"
    return "  " + cut.replace("\n", "\n  ")


def as_yaml(documents: list[dict[str, Any]]) -> str:
    """Job documents as ``job apply`` reads them, in the author's order of fields."""
    return yaml.safe_dump_all(
        documents, sort_keys=False, allow_unicode=True, explicit_start=len(documents) > 1, width=100
    )


def _summary(job: wire.JobShape) -> dict[str, Any]:
    return {
        "job": job.job,
        "revision": job.revision,
        "paused": job.paused,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }


def _target(options: Namespace) -> str:
    return options.job if options.consumer is None else f"{options.job} / {options.consumer}"


def _documents(file: str, terminal: Terminal) -> list[dict[str, Any]]:
    """The documents in a file, as JSON has them: YAML knows more, such as a list in itself."""
    documents = read_documents(_read(file, terminal))
    try:
        plain: list[dict[str, Any]] = json.loads(json.dumps(documents, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise OperatorError(
            f"{file} holds something that JSON cannot say.",
            hint="Use texts, numbers, true, false, null, lists and objects only.",
        ) from None
    return plain


def _read(file: str, terminal: Terminal) -> str:
    """The text of a file, or of the input for ``-``; OperatorError when that fails."""
    try:
        if file == "-":
            return terminal.source.read(MAX_BYTES + 1)
        with Path(file).open("rb") as opened:
            return opened.read(MAX_BYTES + 1).decode("utf-8-sig")
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise OperatorError(f"{file} is not UTF-8 text.", hint="Save it as UTF-8.") from None


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"{file} cannot be written: {error.strerror}.") from None
