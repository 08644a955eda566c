"""Tests of derivations: pages, lines, checks, views."""
