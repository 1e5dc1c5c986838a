"""The job editor: forms drawn from the document's fields, and what stands beside them."""
