"""What a fake node answers about jobs: their documents, the real schema, the real check."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from engine.api.wire import (
    JobCheckShape,
    JobShape,
    JobsShape,
    ProblemShape,
    RevisionShape,
    RevisionsShape,
    SecretShape,
    SecretsShape,
    Shape,
)
from engine.core.errors import DocumentError
from engine.operations.document import job_schema, parse_job, read_documents
from tests.gui import sample
from tests.gui.fake_node import Answer

WHOLE = Path(__file__).parents[1] / "unit" / "operations" / "whole_job.yaml"


class AnyShape(Shape):
    """An object as it is."""

    def model_dump(self, **kwargs: Any) -> dict[str, Any]:
        return job_schema()


def whole(name: str = "orders") -> dict[str, Any]:
    """The design's example document."""
    return {**copy.deepcopy(read_documents(WHOLE.read_text(encoding="utf-8"))[0]), "job": name}


def job(document: Mapping[str, Any], revision: int = 4) -> JobShape:
    return JobShape(
        job=str(document["job"]),
        revision=revision,
        paused=False,
        document=dict(document),
        created_at=sample.NOW - 40 * 86_400_000,
        updated_at=sample.NOW - 3_600_000,
    )


def check(request: httpx.Request) -> JobCheckShape:
    """As the node's own check, without a store."""
    asked = json.loads(request.content)
    documents: list[dict[str, Any]] = []
    try:
        documents = read_documents(asked["text"]) if asked["text"] else [asked["document"]]
        for each in documents:
            parse_job(each)
    except DocumentError as error:
        problems = tuple(
            ProblemShape(
                path=one.path,
                sentence=one.sentence,
                hint=one.hint,
                line=one.line,
                column=one.column,
            )
            for one in error.problems
        )
        return JobCheckShape(documents=tuple(documents), problems=problems)
    return JobCheckShape(documents=tuple(documents))


def job_answers(*documents: Mapping[str, Any]) -> dict[tuple[str, str], Answer]:
    """Answers of a node that runs these jobs."""
    jobs = tuple(job(each) for each in documents)
    answers: dict[tuple[str, str], Answer] = {
        ("GET", "/schema/job"): AnyShape(),
        ("GET", "/jobs"): JobsShape(jobs=jobs),
        ("GET", "/secrets"): SecretsShape(
            secrets=tuple(
                SecretShape(name=name, updated_at=sample.NOW)
                for name in ("shop-token", "erp-password")
            )
        ),
        ("GET", "/channels"): SecretsShape(
            secrets=(SecretShape(name="ops-dingtalk", updated_at=sample.NOW, use="channel"),)
        ),
        ("POST", "/jobs/check"): check,
    }
    for each in jobs:
        older = copy.deepcopy(each.document)
        older.setdefault("ledger", {})["key"] = "record.no"
        answers["GET", f"/jobs/{each.job}"] = each
        answers["GET", f"/jobs/{each.job}/revisions"] = RevisionsShape(
            revisions=(
                RevisionShape(
                    number=2, saved_at=sample.NOW, saved_by="li@console", document=each.document
                ),
                RevisionShape(
                    number=1, saved_at=sample.NOW - 86_400_000, saved_by="owner", document=older
                ),
            )
        )
    return answers
