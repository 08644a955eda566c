"""Claims by others about derivatives: `verify` and the verdict it returns."""

from __future__ import annotations

from symnorm.verification.verdict import SLIPS, Point, Verdict
from symnorm.verification.verify import verify

__all__ = ["SLIPS", "Point", "Verdict", "verify"]
