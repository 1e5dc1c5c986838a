"""The pages of the console: they show what they are given and tell what is wanted, no more."""
