"""Random expressions against finite differences: a small run of benchmarks/fuzz.py, which has the large one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.expressions import draw
from benchmarks.fuzz import judge, run_one

AGREES = ("right", "unresolved")


@given(st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_random_expressions(data: st.DataObject) -> None:
    tree = draw(lambda row: data.draw(st.sampled_from(list(row))), (), 3)
    for wrt in sorted(tree.variables()):
        with np.errstate(all="ignore"):
            outcome = judge(tree, wrt, seed=0)
        assert outcome.kind in AGREES, (tree.text(), wrt, outcome)


@pytest.mark.parametrize("seed", range(100))
def test_deep_random_expressions(seed: int) -> None:
    tree, wrt, outcome = run_one(seed, depth=5)
    assert outcome.kind in AGREES, (tree.text(), wrt, outcome)
