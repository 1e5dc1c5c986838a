"""One running engine: built and wired here, served to console and CLI by its control API."""

from engine.node.serve import idle, serve

__all__ = ["idle", "serve"]
