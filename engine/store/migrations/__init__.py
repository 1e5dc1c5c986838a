"""The steps by which a database got its present shape. Frozen: a step is never changed again."""
