"""Real database servers for tests, started from Debian's binaries in a temporary directory.

``server`` has one of its own for a test that stops, kills or restarts it; ``shared`` has the one
that all of a run's test processes use; ``databases`` gives each test a database nobody used before.
A server never outlives whoever started it: see ``keeper``.
"""
