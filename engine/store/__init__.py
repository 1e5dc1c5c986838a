"""The ledger and everything else that lasts. The only place with SQL."""
