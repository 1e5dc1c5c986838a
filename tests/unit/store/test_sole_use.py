from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import Conflict, Unavailable
from engine.store.sole_use import SoleUse


def test_a_second_node_on_the_same_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    first, second = SoleUse(tmp_path / "ledger.db"), SoleUse(tmp_path / "ledger.db")
    first.take()
    with pytest.raises(Conflict, match=r"Another node already works on .*ledger\.db\."):
        second.take()
    first.release()
    first.release()
    second.take()
    second.release()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="could not be made"):
        SoleUse(tmp_path / "file" / "ledger.db").take()
