"""Checking job documents while somebody writes them: every problem, and nothing kept.

Not for saving (``operations.jobs``), nor for asking the source or target (a test does that).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.errors import DocumentError, NotFound, Problem
from engine.operations.document import Job, parse_job, read_documents
from engine.operations.jobs import channel_names, secret_names
from engine.store.store import Store


@dataclass(frozen=True, slots=True)
class Checked:
    """documents: as they were read, with problems or without. problems: of the first with any.

    missing_secrets, missing_channels: named in the documents, not there yet; they are no problem,
    a job with them may be saved.
    """

    documents: tuple[dict[str, Any], ...] = ()
    problems: tuple[Problem, ...] = ()
    missing_secrets: tuple[str, ...] = ()
    missing_channels: tuple[str, ...] = ()


async def check(
    store: Store, *, document: dict[str, Any] | None, text: str | None, name: str | None
) -> Checked:
    """Check a document, or the documents in a YAML or JSON text.

    name: the job that is edited, "" for a new one; a document that takes another job's name has a
    problem. None: names are not looked at.
    """
    try:
        documents = tuple(read_documents(text)) if text is not None else (document or {},)
    except DocumentError as error:
        return Checked(problems=error.problems)
    jobs: list[Job] = []
    problems: tuple[Problem, ...] = ()
    for one in documents:
        try:
            jobs.append(parse_job(one))
        except DocumentError as error:
            problems = problems or error.problems
        else:
            problems = problems or await _name_problems(store, one["job"], name)
    return Checked(documents, problems, *await _missing(store, jobs))


async def _name_problems(store: Store, job: str, name: str | None) -> tuple[Problem, ...]:
    if name is None or job == name:
        return ()
    if name:
        sentence = f'The job is named "{name}", and its name cannot be changed.'
        return (Problem("job", sentence, "Duplicate it under the new name."),)
    try:
        await store.job(job)
    except NotFound:
        return ()
    return (Problem("job", f'There is a job "{job}" already.', "Take another name."),)


async def _missing(store: Store, jobs: Sequence[Job]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    secrets = frozenset[str]().union(*(secret_names(job) for job in jobs))
    channels = frozenset[str]().union(*(channel_names(job) for job in jobs))
    if not secrets and not channels:
        return (), ()
    known = {row.name for row in await store.secret_names()}
    known_channels = (
        {row.name for row in await store.secret_names(use="channel")} if channels else set()
    )
    return tuple(sorted(secrets - known)), tuple(sorted(channels - known_channels))
