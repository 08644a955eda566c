"""Claims about derivatives in documents: found, read, verified, and listed when they cannot be."""
