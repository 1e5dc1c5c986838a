from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine.core.errors import Conflict, OperatorError, Unavailable
from engine.operations.master_key import Keyring, MasterKeyPlace, usable_keyring

posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


class MemoryKeyring:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class LockedKeyring:
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("locked")


def place(tmp_path: Path, keyring: Keyring | None = None) -> MasterKeyPlace:
    return MasterKeyPlace(tmp_path / "data" / "master-key", keyring=lambda: keyring)


def test_without_a_keyring_the_key_is_kept_in_a_file_of_its_owner(tmp_path: Path) -> None:
    key = place(tmp_path).read_or_make()

    assert len(key) == 32
    assert place(tmp_path).read_or_make() == key
    assert [entry.name for entry in (tmp_path / "data").iterdir()] == ["master-key"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "data" / "master-key").stat().st_mode) == 0o600


def test_with_a_keyring_the_key_is_not_in_the_file(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    key = place(tmp_path, keyring).read_or_make()

    (kept,) = keyring.kept.values()
    assert kept not in (tmp_path / "data" / "master-key").read_text()
    assert place(tmp_path, keyring).read_or_make() == key


def test_two_data_directories_have_two_keys_in_one_keyring(tmp_path: Path) -> None:
    keyring = MemoryKeyring()

    first = place(tmp_path / "one", keyring).read_or_make()
    second = place(tmp_path / "two", keyring).read_or_make()

    assert first != second
    assert place(tmp_path / "one", keyring).read_or_make() == first


@pytest.mark.parametrize("later", [None, LockedKeyring(), MemoryKeyring()])
def test_a_keyring_that_is_locked_or_gone_never_makes_a_new_key(
    tmp_path: Path, later: Keyring | None
) -> None:
    place(tmp_path, MemoryKeyring()).read_or_make()

    with pytest.raises(Unavailable, match="keyring"):
        place(tmp_path, later).read_or_make()


def test_a_keyring_that_keeps_nothing_is_not_used(tmp_path: Path) -> None:
    key = place(tmp_path, LockedKeyring()).read_or_make()

    assert place(tmp_path, None).read_or_make() == key


def test_the_key_of_the_faster_process_is_the_key(tmp_path: Path) -> None:
    slower = place(tmp_path)
    faster: list[bytes] = []

    def while_the_other_makes_its_own(count: int) -> bytes:
        if not faster:
            faster.append(place(tmp_path).read_or_make())
        return os.urandom(count)

    slower = MasterKeyPlace(
        slower.file, keyring=lambda: None, random_bytes=while_the_other_makes_its_own
    )

    assert slower.read_or_make() == faster[0]


@posix_only
def test_a_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    place(tmp_path).read_or_make()
    (tmp_path / "data" / "master-key").chmod(0o640)

    with pytest.raises(OperatorError, match="other users"):
        place(tmp_path).read_or_make()


@pytest.mark.parametrize("content", ["", "not base64!", "c2hvcnQ=", "\xff"])
def test_a_damaged_key_file_is_told_and_left_alone(tmp_path: Path, content: str) -> None:
    place(tmp_path).read_or_make()
    file = tmp_path / "data" / "master-key"
    file.write_text(content, encoding="latin-1")

    with pytest.raises(OperatorError, match="cannot be read"):
        place(tmp_path).read_or_make()

    assert file.read_text(encoding="latin-1") == content


def test_keyrings_that_protect_nothing_are_not_usable() -> None:
    assert os.environ["PYTHON_KEYRING_BACKEND"].endswith("null.Keyring")
    assert usable_keyring() is None


def test_a_key_that_is_brought_to_another_machine_is_the_same_key(tmp_path: Path) -> None:
    one, other = place(tmp_path / "one"), place(tmp_path / "other", MemoryKeyring())
    key = one.read_or_make()
    one.export(tmp_path / "exported")

    other.bring(tmp_path / "exported", replace=False)

    assert other.read_or_make() == key
    other.bring(tmp_path / "exported", replace=False)  # twice harms nobody


@posix_only
def test_an_exported_key_is_its_owners_alone(tmp_path: Path) -> None:
    place(tmp_path).export(tmp_path / "exported")

    assert stat.S_IMODE((tmp_path / "exported").stat().st_mode) == 0o600
    (tmp_path / "exported").chmod(0o644)
    with pytest.raises(OperatorError, match="may be read by other users"):
        place(tmp_path / "other").bring(tmp_path / "exported", replace=False)


def test_another_key_is_replaced_only_when_that_is_said(tmp_path: Path) -> None:
    one, other = place(tmp_path / "one"), place(tmp_path / "other")
    one.export(tmp_path / "exported")
    kept = other.read_or_make()

    with pytest.raises(Conflict, match="another key"):
        other.bring(tmp_path / "exported", replace=False)
    assert other.read_or_make() == kept

    other.bring(tmp_path / "exported", replace=True)
    assert other.read_or_make() == one.read_or_make()


@pytest.mark.parametrize("text", ["", "no key", "AAAA"])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    exported = tmp_path / "exported"
    exported.write_text(text)
    exported.chmod(0o600)

    with pytest.raises(OperatorError, match="no key"):
        place(tmp_path).bring(exported, replace=True)
    assert not place(tmp_path).file.exists()
