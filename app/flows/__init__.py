"""What joins a page and the session: asks the node, hands rows over, carries out wishes."""
