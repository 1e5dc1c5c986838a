"""Asks a query interface over HTTP, page by page."""
