"""Rows and read-only table models. Models get rows; they never ask for them, except by a signal."""
