"""The draft of a job document: changing by path, undo, what differs, proposals."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.job_changes import Change, ChangeKind, changes, repeated
from app.models.job_draft import JobDraft
from app.models.job_path import parse_path, path_text, resolve


def document() -> dict[str, Any]:
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "5s"},
            "request": {"url": "https://shop.example/orders", "query": {"a.b": "1"}},
            "paging": {"kind": "page", "start": 1, "size": 500},
        },
        "ledger": {"key": "record.id"},
        "consumers": [
            {"name": "erp", "request": {"url": "https://erp.example/in"}, "odd": {"kept": True}},
            {"name": "warehouse", "request": {"url": "https://wms.example/in"}},
        ],
    }


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        ("job", ("job",)),
        ("consumers[0].retry.attempts", ("consumers", 0, "retry", "attempts")),
        ("alerts[12].to[0]", ("alerts", 12, "to", 0)),
    ],
)
def test_a_path_is_read_and_written(text: str, path: tuple[str | int, ...]) -> None:
    assert parse_path(text) == path
    assert path_text(path) == text


def test_a_problems_path_finds_names_with_dots_in_them() -> None:
    found = resolve("producer.request.query.a.b", document())
    assert found == ("producer", "request", "query", "a.b")
    assert resolve("consumers[1].filter", document()) == ("consumers", 1, "filter")


def test_typing_in_one_field_is_one_step_and_elsewhere_another() -> None:
    draft = JobDraft.of(document(), 3)
    url = ("producer", "request", "url")
    for typed in ("https://a", "https://ab", "https://abc"):
        draft.set(url, typed)
    draft.set(("description",), "x")
    draft.undo()
    assert draft.get(url) == "https://abc"
    draft.undo()
    assert draft.document == document()
    assert not draft.dirty
    draft.redo()
    draft.redo()
    assert (draft.get(url), draft.get(("description",))) == ("https://abc", "x")
    assert not draft.can_redo


def test_leaving_a_field_ends_its_step() -> None:
    draft = JobDraft.of(document(), 1)
    draft.set(("job",), "a")
    draft.end_step()
    draft.set(("job",), "b")
    draft.undo()
    assert draft.name == "a"


def test_a_change_after_an_undo_leaves_nothing_to_redo() -> None:
    draft = JobDraft.of(document(), 1)
    draft.set(("job",), "a")
    draft.undo()
    draft.set(("job",), "b")
    assert not draft.can_redo


def test_parts_on_the_way_are_made() -> None:
    draft = JobDraft.new()
    draft.set(("producer", "request", "auth", "token", "secret"), "shop-token")
    draft.set(("alerts", 0, "when"), "failed > 0")
    assert draft.get(("producer", "request", "auth")) == {"token": {"secret": "shop-token"}}
    assert draft.get(("alerts",)) == [{"when": "failed > 0"}]


def test_what_is_handed_out_is_a_copy() -> None:
    draft = JobDraft.of(document(), 1)
    draft.document["job"] = "other"
    draft.get(("consumers",)).clear()
    assert draft.document == document()


def test_everybody_who_watches_is_told_of_changes_only() -> None:
    draft = JobDraft.of(document(), 1)
    told: list[str] = []
    draft.watch(lambda: told.append(draft.name))
    draft.set(("job",), "orders")
    draft.set(("job",), "other")
    draft.remove(("nothing", "there"))
    draft.merge({"job": "other"})
    assert told == ["other"]


def test_a_proposal_is_one_step_and_replaces_parts_of_another_kind() -> None:
    draft = JobDraft.of(document(), 1)
    draft.merge(
        {
            "producer": {
                "schedule": {"cron": "* * * * *"},
                "paging": {"kind": "token", "next": "body.next"},
                "request": {"method": "GET"},
            },
            "consumers": [{"name": "erp"}],
        }
    )
    producer = draft.document["producer"]
    assert producer["schedule"] == {"cron": "* * * * *"}
    assert producer["paging"] == {"kind": "token", "next": "body.next"}
    assert producer["request"]["url"] == "https://shop.example/orders"
    assert draft.document["consumers"] == [{"name": "erp"}]
    draft.merge({"producer": {"paging": None}})
    assert not draft.has(("producer", "paging"))
    draft.undo()
    draft.undo()
    assert draft.document == document()


def test_differences_name_the_fields() -> None:
    draft = JobDraft.of(document(), 1)
    draft.set(("producer", "request", "url"), "https://new.example/orders")
    draft.set(("consumers", 0, "rate"), "10/s")
    draft.remove(("ledger", "key"))
    assert draft.changes() == (
        Change(
            ("producer", "request", "url"),
            ChangeKind.CHANGED,
            "https://shop.example/orders",
            "https://new.example/orders",
        ),
        Change(("ledger", "key"), ChangeKind.REMOVED, "record.id", None),
        Change(("consumers", 0, "rate"), ChangeKind.ADDED, None, "10/s"),
    )


def test_a_consumer_that_moved_is_shown_as_moved_only() -> None:
    draft = JobDraft.of(document(), 1)
    draft.move(("consumers",), 1, 0)
    assert {change.kind for change in draft.changes()} == {ChangeKind.MOVED}


def test_a_removed_consumer_is_one_difference() -> None:
    draft = JobDraft.of(document(), 1)
    draft.remove(("consumers", 0))
    (change,) = draft.changes()
    assert (change.kind, change.old["name"]) == (ChangeKind.REMOVED, "erp")


def test_one_is_not_true_and_another_kind_is_another_part() -> None:
    assert len(changes({"a": 1}, {"a": True})) == 1
    old = {"auth": {"kind": "basic", "user": "x"}}
    new = {"auth": {"kind": "bearer", "token": {"secret": "t"}}}
    assert [change.path for change in changes(old, new)] == [("auth",)]


def test_after_a_save_nothing_differs_and_undo_still_works() -> None:
    draft = JobDraft.of(document(), 1)
    draft.set(("job",), "other")
    draft.rebase(draft.document, 2)
    assert (draft.dirty, draft.revision) == (False, 2)
    draft.undo()
    assert draft.dirty


def test_a_new_job_is_dirty_as_soon_as_something_is_filled_in() -> None:
    draft = JobDraft.new()
    assert draft.is_new
    assert not draft.dirty
    draft.set(("job",), "a")
    assert draft.dirty


def test_changes_are_made_again_in_a_document_somebody_else_changed() -> None:
    base = document()
    mine = document()
    mine["consumers"][1]["rate"] = "10/s"
    mine["description"] = "mine"
    del mine["producer"]["paging"]
    theirs = document()
    theirs["consumers"].insert(0, {"name": "audit", "request": {"url": "https://a.example"}})
    theirs["ledger"]["push_shards"] = 2

    merged = repeated(changes(base, mine), base, mine, theirs)

    assert [each["name"] for each in merged["consumers"]] == ["audit", "erp", "warehouse"]
    assert merged["consumers"][2]["rate"] == "10/s"
    assert (merged["description"], merged["ledger"]["push_shards"]) == ("mine", 2)
    assert "paging" not in merged["producer"]


def test_a_change_of_what_somebody_else_removed_is_dropped() -> None:
    base, mine, theirs = document(), document(), document()
    mine["consumers"][1]["rate"] = "10/s"
    theirs["consumers"].pop(1)
    merged = repeated(changes(base, mine), base, mine, theirs)
    assert merged == theirs
