"""The kinds of database a ledger can be in: one module for what is different about each."""
