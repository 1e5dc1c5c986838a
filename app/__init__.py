"""The console: the desktop program. It reaches a node only through ``engine.api.client``.

``main`` starts it, ``session`` is its one connection, ``pages`` show, ``flows`` join the two.
"""
