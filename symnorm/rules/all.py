"""Every family of rules, imported so that it registers."""

from __future__ import annotations

from . import eigen, elementwise, linear, matrix, products, reductions, spectral

FAMILIES = (linear, products, elementwise, matrix, reductions, spectral, eigen)
