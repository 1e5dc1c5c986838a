"""certificate: this machine's own certificate, and the one a node is started with."""

from __future__ import annotations

import socket
import time
from argparse import Namespace
from pathlib import Path

from engine.api.server import Listen, Tls
from engine.cli.mistakes import DONE, WrongUsage
from engine.cli.moments import shown
from engine.cli.terminal import Terminal
from engine.config import Home, write_private
from engine.core.errors import Conflict, NotFound
from engine.operations.certificate import make_certificate, read_certificate


def make(options: Namespace, terminal: Terminal) -> int:
    """Make a certificate and its key in the data directory; tell what consoles are to compare."""
    home = Home.from_environment().make()
    if home.certificate_file.exists() and not options.replace:
        raise Conflict(
            f"There is a certificate already: {home.certificate_file}.",
            hint="--replace makes a new one; every console must then trust it anew.",
        )
    names = [*options.names, socket.gethostname(), "localhost", "127.0.0.1"]
    certificate, key = make_certificate(names, days=options.days, now=time.time_ns() // 1_000_000)
    write_private(home.certificate_key_file, key)
    write_private(home.certificate_file, certificate)
    return show(options, terminal)


def show(_options: Namespace, terminal: Terminal) -> int:
    """Its names, its end, its fingerprint."""
    home = Home.from_environment()
    if not home.certificate_file.exists():
        raise NotFound(
            "There is no certificate on this machine.",
            hint="`jellyfish certificate make` makes it.",
        )
    found = read_certificate(home.certificate_file)
    terminal.say(f"Certificate: {home.certificate_file}")
    terminal.say(f"For:         {', '.join(found.names)}")
    terminal.say(f"Good until:  {shown(found.expires_at)}")
    terminal.say(f"Fingerprint: {found.fingerprint}")
    return DONE


def tls_of(options: Namespace, home: Home) -> Tls | None:
    """What a node proves itself with: the files that are named, else, beyond loopback, its own."""
    if bool(options.certificate) != bool(options.key):
        raise WrongUsage("--certificate and --key belong together.")
    if options.certificate:
        return Tls(Path(options.certificate), Path(options.key))
    if Listen.parse(options.listen).is_loopback or not home.certificate_file.exists():
        return None
    return Tls(home.certificate_file, home.certificate_key_file)
