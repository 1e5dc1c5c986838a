"""The key that seals secrets: made once, kept in the OS keyring or in a file only its owner reads.

The file in the data directory says which of the two it is, so that a keyring that is locked or
gone is an error with a sentence, never a silent new key that opens nothing.
"""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.config import refuse_if_others_may_read, write_private
from engine.core.errors import Conflict, OperatorError, Unavailable
from engine.core.seal import KEY_BYTES

log = logging.getLogger(__name__)
SERVICE = "data-jellyfish"
_IN_KEYRING = "keyring:"


class Keyring(Protocol):
    """The OS keyring, as far as it is used here; each call may raise anything."""

    def get_password(self, service: str, username: str) -> str | None:
        """The password kept under these names, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""


def usable_keyring() -> Keyring | None:
    """This system's keyring if it is a real one that protects what it keeps, else None.

    Backends below priority 1 keep plain text, keep nothing, or only say that there is none.
    """
    import keyring  # not at the top: it looks for backends, and most commands need none

    try:
        backend = keyring.get_keyring()
        return backend if backend.priority >= 1 else None
    except Exception as error:  # backends raise what they like when their system is half there
        log.info("no keyring: %s", error)
        return None


@dataclass(frozen=True, slots=True)
class MasterKeyPlace:
    """Where this machine's master key is. ``random_bytes`` is ``os.urandom`` but in tests."""

    file: Path
    keyring: Callable[[], Keyring | None] = usable_keyring
    random_bytes: Callable[[int], bytes] = os.urandom

    def read_or_make(self) -> bytes:
        """The 32 bytes; made at the first call. OperatorError when they cannot be read."""
        if not self.file.exists():
            self._make()
        return self._read()

    def export(self, to: Path) -> None:
        """Write the key into a file that only its owner reads, to be brought to another machine."""
        write_private(to, base64.b64encode(self.read_or_make()).decode())

    def bring(self, exported: Path, *, replace: bool) -> None:
        """Take the key of another machine; Conflict where another one is here, unless replaced.

        It is kept as this machine keeps keys; the exported file stays where it is.
        """
        try:
            refuse_if_others_may_read(exported)
            text = exported.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise OperatorError(
                f"The key in {exported} cannot be read.",
                hint="Export it on a machine that has it: jellyfish key export FILE",
            ) from error
        key = _decoded(text)
        if key is None:
            raise OperatorError(
                f"There is no key in {exported}.",
                hint="Export it on a machine that has it: jellyfish key export FILE",
            )
        if self.file.exists():
            if self._read() == key:
                return
            if not replace:
                raise Conflict(
                    "This machine has another key already.",
                    hint="--replace takes the new one; secrets that were sealed with the old one"
                    " must then be set again.",
                )
            self.file.unlink()
        self._keep(text)

    def _read(self) -> bytes:
        try:
            refuse_if_others_may_read(self.file)
            text = self.file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise self._damaged() from None
        if text.startswith(_IN_KEYRING):
            text = self._from_keyring(text.removeprefix(_IN_KEYRING))
        key = _decoded(text)
        if key is None:
            raise self._damaged()
        return key

    def _from_keyring(self, entry: str) -> str:
        keyring = self.keyring()
        try:
            text = None if keyring is None else keyring.get_password(SERVICE, entry)
        except Exception as error:  # see usable_keyring
            log.warning("the keyring could not be read: %s", type(error).__name__)
            text = None
        if text is None:
            raise Unavailable(
                "The key that opens this node's secrets is in the system's keyring, "
                "and that does not hand it out.",
                hint="Unlock the keyring, or start the node from the session that owns it.",
            )
        return text

    def _make(self) -> None:
        self._keep(base64.b64encode(self.random_bytes(KEY_BYTES)).decode())

    def _keep(self, text: str) -> None:
        keyring = self.keyring()
        if keyring is not None:
            entry = self.random_bytes(8).hex()
            if _kept(keyring, entry, text):
                self._create(_IN_KEYRING + entry)
                return
        self._create(text)

    def _create(self, text: str) -> None:
        """Write the file whole, unless another process was faster: then its key is the key."""
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self.file.with_name(f".{self.file.name}.{os.getpid()}.{self.random_bytes(4).hex()}")
        try:
            handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            try:
                # Both fail when the name is taken: on Windows a rename does not replace.
                (os.rename if os.name == "nt" else os.link)(new, self.file)
            except FileExistsError:
                log.info("another process made the master key first")
        except OSError as error:
            raise Unavailable(
                f"The master key could not be written to {self.file}: {error.strerror}.",
                hint="Look at the disk's space and the directory's permissions.",
            ) from None
        finally:
            new.unlink(missing_ok=True)

    def _damaged(self) -> OperatorError:
        return OperatorError(
            f"The master key in {self.file} cannot be read.",
            hint="Put the file back from a backup; without it, every secret must be set again.",
        )


def _decoded(text: str) -> bytes | None:
    """The key that is written so; None if it is none."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def _kept(keyring: Keyring, entry: str, text: str) -> bool:
    """Whether the keyring took it and hands it out again."""
    try:
        keyring.set_password(SERVICE, entry, text)
        return keyring.get_password(SERVICE, entry) == text
    except Exception as error:  # see usable_keyring
        log.info("the keyring keeps nothing: %s", type(error).__name__)
        return False
