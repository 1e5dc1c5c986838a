"""The pull side. One package or file a kind; ``kinds`` lists them."""
