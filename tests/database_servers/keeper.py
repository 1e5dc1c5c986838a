"""A process that runs a server as its child, for as long as somebody needs it.

Whoever needs the server holds a shared lock on the *lifeline*, a file. The kernel takes a lock
away from a process that ends, however it ends, so the keeper has only to wait until it gets the
lock for itself: then nobody is left, and it ends the server and removes its directory. If the
keeper itself is killed, the kernel ends the server.

Run as a program of its own, with the standard library only: ``keeper.py SPEC``, where SPEC is the
JSON of the arguments of ``keep``. It says the server's process id in one line, then nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 5.0
"""For a server that was told to end at once; then it is killed."""


def keep(
    command: Sequence[str],
    *,
    lifeline: str,
    directory: str,
    log: str,
    uid: int,
    gid: int,
    end_signal: int,
) -> int:
    """Run the command until it and all its children ended, or nobody needs it; its return code.

    directory: removed when nobody needs the server any more. uid, gid: whom it runs as, if this
    process is root; otherwise they are its own already. end_signal: what ends it at once.
    """
    os.setsid()  # an interrupt at the terminal is for the tests, which stop their servers in order
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a killed server leaves becomes our child

    def end_with_the_keeper() -> None:
        libc.prctl(PR_SET_PDEATHSIG, end_signal)

    own: dict[str, Any] = {"user": uid, "group": gid, "extra_groups": []}
    with open(log, "ab") as out:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=directory,
            umask=0o077,
            preexec_fn=end_with_the_keeper,
            **own if os.geteuid() == 0 else {},
        )
    print(server.pid, flush=True)
    nobody_is_left = threading.Event()

    def wait_until_nobody_is_left() -> None:
        with open(lifeline, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            nobody_is_left.set()
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, end_signal)
                time.sleep(PATIENCE_S)
                os.kill(server.pid, signal.SIGKILL)

    threading.Thread(target=wait_until_nobody_is_left, daemon=True).start()
    code = server.wait()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    if nobody_is_left.is_set():
        shutil.rmtree(directory, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(keep(**json.loads(sys.argv[1])))
