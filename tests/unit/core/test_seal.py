from __future__ import annotations

import pytest

from engine.core.seal import CannotOpen, seal, unseal

KEY = bytes(range(32))
NONCE = bytes(12)


def test_a_sealed_value_opens_with_the_same_key_in_the_same_row() -> None:
    sealed = seal(KEY, NONCE, "secret:shop", "密码 s3cret")

    assert unseal(KEY, NONCE, "secret:shop", sealed) == "密码 s3cret"
    assert b"s3cret" not in sealed


def test_a_sealed_value_does_not_open_in_another_row() -> None:
    sealed = seal(KEY, NONCE, "secret:shop", "s3cret")

    with pytest.raises(CannotOpen):
        unseal(KEY, NONCE, "secret:erp", sealed)


def test_a_sealed_value_does_not_open_with_another_key() -> None:
    sealed = seal(KEY, NONCE, "secret:shop", "s3cret")

    with pytest.raises(CannotOpen):
        unseal(bytes(32), NONCE, "secret:shop", sealed)


@pytest.mark.parametrize("at", [0, 3, -1])
def test_a_sealed_value_that_was_changed_anywhere_does_not_open(at: int) -> None:
    sealed = bytearray(seal(KEY, NONCE, "secret:shop", "s3cret"))
    sealed[at] ^= 1

    with pytest.raises(CannotOpen):
        unseal(KEY, NONCE, "secret:shop", bytes(sealed))


def test_a_sealed_value_cut_to_nothing_does_not_open() -> None:
    with pytest.raises(CannotOpen):
        unseal(KEY, NONCE, "secret:shop", b"")
