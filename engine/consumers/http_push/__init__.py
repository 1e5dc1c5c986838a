"""Hands records to a receiver over HTTP."""
