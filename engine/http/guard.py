"""Where requests may never go, and what record data may never choose in a URL (rule 14).

Link-local and cloud metadata addresses and the node's own API on loopback are no targets, under
whatever name or notation. The check of a name precedes the library's own lookup, so a name server
that changes its answer in between is not caught. Not for redirects: those are never followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from engine.core.errors import OperatorError
from engine.http.message import FailureKind

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA = tuple(
    ipaddress.ip_network(net)
    for net in (
        "169.254.0.0/16",  # link-local; 169.254.169.254 on most clouds
        "fe80::/10",  # link-local
        "fd00:ec2::254/128",  # AWS
        "fd20:ce::254/128",  # Google
        "100.100.100.200/32",  # Alibaba
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ORIGIN = re.compile(
    r"(https?)://(\[[0-9a-f:.]+\]|[^\s/?#\\@:\[\]%<>^|\x00-\x20\x7f]+)(?::([0-9]{1,5}))?(?=[/?#]|$)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# A variable of the job document is written as NUL in these two.
_FIXED_ORIGIN = re.compile(r"(?:https?|\0)://[^\s/?#\\@]+(?=[/?#]|$)", re.IGNORECASE)
_FIXED_BASE = re.compile(r"\0(?!://)[^\s/?#\\@]*(?=[/?#]|$)")
_VARS_ONLY = re.compile(r"""\s*vars(?:\.[A-Za-z_]\w*|\[\s*(?:"[^"\\]*"|'[^'\\]*')\s*\])\s*""")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a target is not asked: FORBIDDEN_TARGET, or DNS when its name gave no answer in time."""

    kind: FailureKind
    text: str


class TargetGuard:
    """Decides whether a host and port may be a target. ``own_ports``: the node's API ports."""

    def __init__(self, own_ports: Iterable[int] = ()) -> None:
        self._own_ports = frozenset(own_ports)

    def protect_port(self, port: int) -> None:
        """Refuse this port on loopback too; the client's ``forget_admissions`` makes it count."""
        self._own_ports |= {port}

    async def refusal(self, host: str, port: int, *, timeout_s: float) -> Refusal | None:
        """Judge a target; a name by all its addresses. A name that is not found passes here."""
        literal = address_of(host)
        if literal is not None:
            return self.address_refusal(literal, port)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError:
            return Refusal(FailureKind.DNS, f"The host name {host} was not found in time.")
        except (OSError, UnicodeError):
            return None  # the client will find out the same, and say so
        for *_, sockaddr in found:
            refusal = self.address_refusal(_parsed(str(sockaddr[0])), port)
            if refusal is not None:
                return refusal
        return None

    def address_refusal(self, address: Address | None, port: int) -> Refusal | None:
        """Judge an address and a port."""
        if address is None:
            return None
        for plain in _unwrapped(address):
            if any(plain in net for net in _METADATA if net.version == plain.version):
                return _forbidden(f"{plain} is a link-local or cloud metadata address")
            if port in self._own_ports and (plain.is_loopback or plain.is_unspecified):
                return _forbidden(f"port {port} of this machine is the node's own API")
        return None


def address_of(host: str) -> Address | None:
    """The address a host text stands for, in any notation (``0xa9fea9fe``); None for a name."""
    plain = _parsed(host.strip("[]"))
    if plain is not None:
        return plain
    if re.fullmatch(r"[0-9a-fA-FxX.]+", host):
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    return None


def same_origin(a: str, b: str) -> bool:
    """Whether two absolute URLs share scheme, host and port.

    False for whatever two parsers might read differently: backslashes, user names, white space.
    """
    origin = origin_of(a)
    return origin is not None and origin == origin_of(b)


def origin_of(url: str) -> tuple[str, str, int] | None:
    """(scheme, host, port), lower-case; None unless it is a plain absolute http(s) URL."""
    match = _ORIGIN.match(url)
    if match is None:
        return None
    scheme = match[1].lower()
    port = int(match[3]) if match[3] else _DEFAULT_PORTS[scheme]
    return scheme, match[2].lower().rstrip("."), port


def check_origin_is_fixed(template: str) -> None:
    """Refuse a URL template in which data could choose scheme, host or port.

    Up to the first ``/`` after ``://`` only text and ``${vars.…}`` may stand: variables come from
    the job document. Raises OperatorError.
    """
    flat, then_data = _until_data(template.replace("\0", " "))
    match = _FIXED_BASE.match(flat) or _FIXED_ORIGIN.match(flat)
    if match is not None and (match.end() < len(flat) or then_data is None):
        return
    if "@" in flat:
        raise OperatorError(
            "The address must not hold a user name or password.",
            hint="Use auth: {kind: basic, user: …, password: {secret: …}}.",
        )
    if then_data is not None:
        raise OperatorError(
            f"${{{then_data}}} stands where the address names its server.",
            hint="Data never chooses scheme, host or port: write them out or use vars, "
            "and put other ${…} after the first / only.",
        )
    raise OperatorError(
        f'"{template}" is not the address of a server.',
        hint="Begin it with http:// or https:// and a host name.",
    )


def quote_path_segment(value: str) -> str:
    """A value as one path segment; ValueError for ``""``, ``.``, ``..``, which change the path."""
    if value in ("", ".", ".."):
        raise ValueError(f'"{value}" cannot stand in a path: the request would go elsewhere')
    return quote_query(value)


def quote_query(value: str) -> str:
    """A value as part of a query, everything but unreserved characters percent-encoded."""
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise ValueError("the value holds half a character (a lone surrogate)") from None


def _forbidden(why: str) -> Refusal:
    return Refusal(FailureKind.FORBIDDEN_TARGET, f"Nothing may be sent there: {why}.")


def _parsed(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _unwrapped(address: Address) -> tuple[Address, ...]:
    """The address and the IPv4 addresses it may stand for."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    inner = [address.ipv4_mapped, address.sixtofour]
    if address in _NAT64 or int(address) >> 32 == 0:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return (address, *(v4 for v4 in inner if v4 is not None))


def _until_data(template: str) -> tuple[str, str | None]:
    """The template up to its first ``${…}`` that is not a variable, and that expression."""
    flat = ""
    at = 0
    while (start := template.find("${", at)) >= 0:
        flat += template[at:start]
        end = _end_of_expression(template, start + 2)
        expression = template[start + 2 : end]
        if end == len(template) or _VARS_ONLY.fullmatch(expression) is None:
            return flat, expression
        flat += "\0"
        at = end + 1
    return flat + template[at:], None


def _end_of_expression(template: str, at: int) -> int:
    """Where the ``}`` stands that ends an expression begun at ``at``; braces and texts may nest."""
    depth = 0
    quoted = ""
    while at < len(template):
        char = template[at]
        if quoted:
            at += char == "\\"
            quoted = "" if char == quoted else quoted
        elif char in "\"'":
            quoted = char
        elif char == "}" and depth == 0:
            return at
        else:
            depth += (char == "{") - (char == "}")
        at += 1
    return at
