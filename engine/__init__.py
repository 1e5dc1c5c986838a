"""The Data JellyFish engine: pulls records, keeps them in a ledger, pushes them with evidence."""

__version__ = "0.1.0"
