"""What an operator may do, without HTTP: each module is one subject; they get a store and ports."""
