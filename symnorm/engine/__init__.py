"""How the rules are applied."""
