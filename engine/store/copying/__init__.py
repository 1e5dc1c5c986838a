"""Takes a whole ledger from one database into another. Begin with ``copying``."""
