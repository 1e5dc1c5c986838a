"""The loops of a node: pull, push, hold leases, recover, retain, watch."""
