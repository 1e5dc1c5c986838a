"""What holds for every test: no display, no keyring and no settings of whoever runs them.

Fixtures that build parts of the product live beside the tests that use them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.database_servers.fixtures import (
    fresh_database,
    mariadb,
    own_server,
    postgresql,
    run_folder,
    standing_server,
)

__all__ = [  # fixtures for every test
    "fresh_database",
    "mariadb",
    "own_server",
    "postgresql",
    "run_folder",
    "standing_server",
]

# Before anything imports Qt or keyring.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
for name in [name for name in os.environ if name.startswith(("JELLYFISH_", "LC_"))]:
    del os.environ[name]
os.environ["LANG"] = "C.UTF-8"  # sentences are told in the language of the terminal

# CI draws the same examples every time; a shared machine makes no promise about milliseconds.
settings.register_profile("jellyfish", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("jellyfish")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="run the faults and bench tests at full length"
    )


@pytest.fixture(scope="session")
def full_length(request: pytest.FixtureRequest) -> bool:
    """Whether faults and bench tests should take their time; `make test` runs the short forms."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    """Fails a test that ends with a thread of its own still running."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.daemon]
    for thread in left:
        thread.join(timeout=1)  # one that was told to stop may need a moment
    alive = [t.name for t in left if t.is_alive()]
    assert not alive, f"threads still running after the test: {alive}"
