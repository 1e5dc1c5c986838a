"""The nodes an operator works with: name, address, colour, pinned certificate. No token is here.

Pure but for ``Environments``, which keeps them in the console's settings.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.connection import NOBODY, OtherNode, Others
from app.settings import Settings
from app.words import translate

LOCAL = ""
"""The name of the node on this machine, which needs no address."""


class Tag(StrEnum):
    """A colour that says what kind of place it is; each is also a word."""

    NONE = "none"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Environment:
    """A saved node. fingerprint: of the one certificate to accept, "" for one vouched for.

    others: the other nodes of its database, as one of them told last.
    """

    name: str
    url: str
    tag: Tag = Tag.NONE
    fingerprint: str = ""
    others: Others = NOBODY


class BadEnvironment(Exception):
    """What was typed is none; a sentence."""


class Environments:
    """The saved ones, by name; and which of them the console shows."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> list[Environment]:
        """In the order they were added; junk in the settings is left out."""
        try:
            entries = json.loads(self._settings.environments)
        except ValueError:
            return []
        return [found for each in entries if (found := _read(each)) is not None]

    def find(self, name: str) -> Environment | None:
        """The one of that name; None for the local node and for a name that is gone."""
        return next((each for each in self.all() if each.name == name), None)

    @property
    def chosen(self) -> Environment | None:
        """The one that is shown; None for the local node."""
        return self.find(self._settings.environment)

    def choose(self, name: str) -> None:
        """The one to show from now on; ``LOCAL`` for the local node."""
        self._settings.environment = name

    def put(self, one: Environment, *, instead_of: str = "") -> None:
        """Add it, or replace the one of that name."""
        kept = self.all()
        names = [each.name for each in kept]
        if instead_of in names:
            kept[names.index(instead_of)] = one
        else:
            kept.append(one)
        self._write(kept)
        if instead_of and self._settings.environment == instead_of:
            self._settings.environment = one.name

    def learn(self, name: str, others: Others) -> None:
        """What is known of the others of its database; nothing where it is gone meanwhile."""
        one = self.find(name)
        if one is not None and one.others != others:
            self.put(replace(one, others=others), instead_of=name)

    def remove(self, name: str) -> None:
        """Take it out of the list."""
        self._write([each for each in self.all() if each.name != name])
        if self._settings.environment == name:
            self._settings.environment = LOCAL

    def checked(self, name: str, url: str, tag: Tag, *, instead_of: str = "") -> Environment:
        """What was typed as an environment; BadEnvironment with a sentence where it is none."""
        name = name.strip()
        if not name:
            raise BadEnvironment(translate("Environments", "Give the connection a name."))
        if name != instead_of and self.find(name) is not None:
            raise BadEnvironment(
                translate("Environments", "There is a connection named “{name}” already.").format(
                    name=name
                )
            )
        return Environment(name, _address(url.strip()), tag)

    def _write(self, environments: list[Environment]) -> None:
        self._settings.environments = json.dumps([asdict(each) for each in environments])


def _address(text: str) -> str:
    from engine.api.client import check_url  # the window is painted before the client is loaded

    try:
        url = check_url(text)
        port = urlsplit(url).port
    except ValueError:
        raise BadEnvironment(
            translate("Environments", "Write the address as https://HOST:PORT, without a path.")
        ) from None
    if urlsplit(url).scheme == "http" and not _is_this_machine(urlsplit(url).hostname or ""):
        raise BadEnvironment(
            translate(
                "Environments",
                "To another machine the token would travel unprotected: write https://.",
            )
        )
    if port is None:
        raise BadEnvironment(
            translate("Environments", "Write the port too, such as https://HOST:7443.")
        )
    return url


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _read(entry: object) -> Environment | None:
    match entry:
        case {"name": str(name), "url": str(url), "tag": str(tag), "fingerprint": str(print_)}:
            known = Tag(tag) if tag in {each.value for each in Tag} else Tag.NONE
            others = _read_others(entry)
            return Environment(name, url, known, print_, others) if name and url else None
        case _:
            return None


def _read_others(entry: object) -> Others:
    match entry:
        case {"others": {"ledger_id": str(ledger_id), "nodes": list(nodes)}}:
            found = (_read_other(each) for each in nodes)
            return Others(ledger_id, tuple(each for each in found if each is not None))
        case _:
            return NOBODY


def _read_other(entry: object) -> OtherNode | None:
    match entry:
        case {"name": str(name), "url": str(url), "fingerprint": str(fingerprint)}:
            return OtherNode(name, url, fingerprint)
        case _:
            return None
