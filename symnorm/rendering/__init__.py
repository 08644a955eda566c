"""Expressions as text, Python, LaTeX and JSON."""
