"""What is known: one rule is one declaration."""
