"""Every norm, imported so that it registers."""

from __future__ import annotations

from . import induced, singular, vector, weighted

FAMILIES = (vector, weighted, singular, induced)
