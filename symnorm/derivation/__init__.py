"""The steps as a value, and the public calls that derive."""
