"""Data only: icons, translations, help, glossary, sample jobs; no code.

Read it with ``importlib.resources.files("resources")``, in a checkout and when installed alike.
"""
