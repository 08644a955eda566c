"""The Taylor test: order 2 for right gradients, 1 for wrong ones and at kinks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symnorm as sn

A, b = np.arange(12.0).reshape(4, 3) / 7, np.ones(4)
X = np.array([1.0, -2.0, 0.5])
FUNCTIONS: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (lambda x: np.sum((A @ x - b) ** 2), lambda x: 2 * A.T @ (A @ x - b)),
    (lambda x: 1e6 + np.log(np.sum(np.exp(x))), lambda x: np.exp(x) / np.sum(np.exp(x))),
    (lambda x: 1e-9 * np.linalg.norm(x), lambda x: 1e-9 * x / np.linalg.norm(x)),
]


@pytest.mark.parametrize("case", range(len(FUNCTIONS)))
def test_order(case: int) -> None:
    f, grad = FUNCTIONS[case]
    for seed in range(3):
        right = sn.taylor_test(f, grad, at=X, seed=seed).order
        wrong = sn.taylor_test(f, lambda x: 0.9 * grad(x), at=X, seed=seed).order
        assert right is not None and abs(right - 2) < 0.1
        assert wrong is not None and abs(wrong - 1) < 0.1


def test_affine_and_kinked() -> None:
    assert sn.taylor_test(lambda x: b[:3] @ x, lambda x: b[:3], at=X).order is None
    at_kink = sn.taylor_test(lambda x: np.sum(np.abs(x)), np.sign, at=[0.0, 1.0, 2.0])
    assert at_kink.order == pytest.approx(1)
    assert "at a kink" in str(at_kink)


def test_the_argument_is_not_written_to_and_shapes_are_strict() -> None:
    x = X.copy()
    sn.taylor_test(lambda y: float(np.add(y, 1, out=y) @ y), lambda y: 2 * y, at=x)
    assert np.array_equal(x, X)
    with pytest.raises(sn.Misuse, match="shape of x"):
        sn.taylor_test(lambda y: y @ y, lambda y: 2 * y[None], at=x)


def test_plot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sn.taylor_test(lambda x: np.sum(x**4), lambda x: 4 * x**3, at=X)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(sn.MissingExtra, match=r"symnorm\[plot\]"):
        found.plot(tmp_path / "none.png")
    monkeypatch.undo()
    pytest.importorskip("matplotlib")
    assert found.plot(tmp_path / "taylor.png").stat().st_size > 5000
