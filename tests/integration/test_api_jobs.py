"""Jobs, secrets and node routes over a real node's API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.api.client import ApiError
from tests.integration.api_node import ApiNode, api_node, document


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        yield running


async def test_the_same_document_again_changes_nothing(node: ApiNode) -> None:
    created = await node.owner.apply(document())
    again = await node.owner.apply(dict(reversed(document().items())))
    changed = await node.owner.apply(document(description="from the shop"))

    assert (created.created, created.changed, created.revision) == (True, True, 1)
    assert (again.created, again.changed, again.revision) == (False, False, 1)
    assert (changed.created, changed.changed, changed.revision) == (False, True, 2)
    assert [each.number for each in await node.owner.revisions("orders")] == [2, 1]
    assert (await node.owner.job("orders")).document == document(description="from the shop")


async def test_a_document_comes_back_as_it_was_written(node: ApiNode) -> None:
    written = document("订单", description="来自商店")
    await node.owner.apply(written)

    job = await node.owner.job("订单")

    assert list(job.document) == list(written)
    assert job.document == written


async def test_a_change_made_meanwhile_is_not_overwritten(node: ApiNode) -> None:
    await node.owner.apply(document())
    await node.owner.apply(document(description="mine"), expected_revision=1)

    with pytest.raises(ApiError) as refused:
        await node.owner.apply(document(description="theirs"), expected_revision=1)
    with pytest.raises(ApiError) as refused_as_new:
        await node.owner.apply(document(description="theirs"), expected_revision=0)

    assert (refused.value.code, refused_as_new.value.code) == ("conflict", "conflict")
    assert (await node.owner.job("orders")).document["description"] == "mine"


async def test_a_refused_document_names_every_wrong_field(node: ApiNode) -> None:
    wrong = document()
    wrong["consumers"][0]["concurrency"] = 0
    wrong["consumers"][0]["filtr"] = "true"
    wrong["ledger"]["key"] = "record."

    with pytest.raises(ApiError) as refused:
        await node.owner.apply(wrong)

    assert refused.value.status == 422
    paths = {problem.path for problem in refused.value.problems}
    assert {"consumers[0].concurrency", "consumers[0].filtr", "ledger.key"} <= paths
    assert all(problem.sentence.endswith(".") for problem in refused.value.problems)


async def test_a_document_of_another_name_is_refused(node: ApiNode) -> None:
    async with node.raw() as client:
        answer = await client.put("/api/v1/jobs/other", json={"document": document("orders")})

    assert answer.status_code == 422
    assert answer.json()["path"] == "job"


async def test_a_secret_that_is_not_set_is_warned_about(node: ApiNode) -> None:
    given = document()
    given["producer"]["request"]["auth"] = {"kind": "bearer", "token": {"secret": "shop-token"}}

    before = await node.owner.apply(given)
    await node.owner.set_secret("shop-token", "x")
    after = await node.owner.apply(given)

    assert len(before.warnings) == 1
    assert "shop-token" in before.warnings[0]
    assert after.warnings == ()


async def test_secrets_and_channels_are_two_lists(node: ApiNode) -> None:
    await node.owner.set_secret("one", "a")
    await node.owner.set_channel("one", "json://127.0.0.1/b")
    await node.owner.set_channel("two", "json://127.0.0.1/c")
    await node.owner.delete_channel("two")

    assert [each.name for each in await node.owner.secrets()] == ["one"]
    assert [each.name for each in await node.owner.channels()] == ["one"]
    assert await node.engine.vault.get("one") == "a"


async def test_a_deleted_job_is_gone_with_everything(node: ApiNode) -> None:
    await node.owner.apply(document())
    await node.pulled([("A-1", b"1")])
    await node.owner.delete_job("orders")

    assert await node.owner.jobs() == ()
    assert (await node.owner.records()).records == ()
    with pytest.raises(ApiError) as refused:
        await node.owner.job("orders")
    assert refused.value.code == "not_found"
    assert (await node.owner.check()).broken == ()


async def test_a_job_is_not_run_where_nothing_pulls(node: ApiNode) -> None:
    await node.owner.apply(document())

    with pytest.raises(ApiError) as refused:
        await node.owner.run("orders")

    assert refused.value.code == "conflict"


async def test_the_schema_describes_the_document(node: ApiNode) -> None:
    schema = await node.owner.schema()

    assert {"job", "producer", "ledger", "consumers"} <= set(schema["properties"])


async def test_the_node_says_who_it_is_without_credentials(node: ApiNode) -> None:
    shape = await node.owner.node()

    assert shape.name == "test"
    assert shape.producing is False
    assert shape.database.startswith("sqlite:///")
    assert await node.owner.nodes() is not None


async def test_the_series_has_equal_steps(node: ApiNode) -> None:
    await node.owner.apply(document())

    for window_s in (300, 86_400):
        series = await node.owner.series(window_s, "orders")
        assert series.step_s > 0
        assert len(series.pulled) == len(series.delivered) == len(series.failed) > 0

    with pytest.raises(ApiError) as refused:
        await node.owner.series(300, "none")
    assert refused.value.code == "not_found"


async def test_a_check_tells_every_problem_and_keeps_nothing(node: ApiNode) -> None:
    wrong = document()
    wrong["ledger"]["key"] = "record.id +"
    wrong["odd"] = 1

    checked = await node.owner.check_job(wrong)

    assert checked.documents == (wrong,)
    assert {one.path: (one.line, one.column) for one in checked.problems} == {
        "ledger.key": (1, 12),
        "odd": (0, 0),
    }
    assert await node.owner.jobs() == ()


async def test_a_check_reads_a_text_and_tells_where_it_is_none(node: ApiNode) -> None:
    read = await node.owner.check_job(text=f"{document()}\n")
    broken = await node.owner.check_job(text="job: a\n  b: c")

    assert (read.documents, read.problems) == ((document(),), ())
    assert broken.documents == ()
    assert [one.path for one in broken.problems] == ["line 2, column 4"]


async def test_a_check_tells_secrets_and_channels_that_are_not_there(node: ApiNode) -> None:
    wanted = document()
    wanted["producer"]["request"]["auth"] = {"kind": "bearer", "token": {"secret": "shop-token"}}
    wanted["alerts"] = [{"when": "failed > 0", "to": ["ops"]}]
    before = await node.owner.check_job(wanted)
    await node.owner.set_secret("shop-token", "abc")

    after = await node.owner.check_job(wanted)

    assert (before.missing_secrets, before.missing_channels) == (("shop-token",), ("ops",))
    assert (after.missing_secrets, after.missing_channels, after.problems) == ((), ("ops",), ())


async def test_a_check_tells_a_name_that_is_taken(node: ApiNode) -> None:
    await node.owner.apply(document())

    new = await node.owner.check_job(document(), name="")
    edited = await node.owner.check_job(document(), name="orders")
    renamed = await node.owner.check_job(document("other"), name="orders")

    assert [one.sentence for one in new.problems] == ['There is a job "orders" already.']
    assert edited.problems == ()
    assert [one.path for one in renamed.problems] == ["job"]
