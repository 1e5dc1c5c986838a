"""The store's public methods, one file a subject. ``engine.store.store.Store`` is all of them."""
