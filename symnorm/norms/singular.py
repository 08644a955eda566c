"""Norms of the singular values: nuclear (their sum) and spectral (the largest). X = U S V'.

d||X||_* = <U V', dX>,  d||X||_2 = <u_1 v_1', dX>.
Source: [W] Watson 1992, standard.
"""

from __future__ import annotations

from ..domains import FULL_RANK, SIMPLE_LARGEST
from ..language.build import leading, polar
from .norm import NormFacts, declare_norm

declare_norm(
    NormFacts(
        "nuc",
        "nuclear norm",
        r"\mathrm{d}\lVert X\rVert_*=\langle UV^{\top},\mathrm{d}X\rangle",
        "spec",
        polar,
        FULL_RANK,
    )
)
declare_norm(
    NormFacts(
        "spec",
        "spectral norm",
        r"\mathrm{d}\lVert X\rVert_2=\langle u_1v_1^{\top},\mathrm{d}X\rangle",
        "nuc",
        leading,
        SIMPLE_LARGEST,
    )
)
