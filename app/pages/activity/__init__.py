"""The activity page: operations, alerts and the audit list, each a part of its own."""
