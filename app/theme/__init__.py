"""How the console looks: the token table, the style sheet made from it, icons and fonts."""
