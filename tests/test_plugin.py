"""`assert_gradient` and the fixture: what passes, and what a failure says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symnorm.pytest_plugin import check_gradient as check_gradient
from symnorm.verification.assertion import assert_gradient

X = np.array([1.0, 2.0, -1.5])


def test_a_right_gradient() -> None:
    assert assert_gradient(lambda x: x @ x, lambda x: 2 * x, X)


def test_the_failure_is_the_diagnosis() -> None:
    with pytest.raises(AssertionError, match="slip: factor"):
        assert_gradient(lambda x: x @ x, lambda x: x, X)


def test_as_in_scipy() -> None:
    assert assert_gradient(lambda x, c: c * (x @ x), lambda x, c: 2 * c * x, X, args=(3.0,))
    assert assert_gradient(lambda x: (x @ x, 2 * x), True, X)


def test_the_fixture(check_gradient: Callable[..., Any]) -> None:
    check_gradient(lambda x: x @ x, lambda x: 2 * x, X)
    with pytest.raises(AssertionError, match="slip: sign"):
        check_gradient(lambda x: x @ x, lambda x: -2 * x, X)


def test_the_plugin_starts_without_sympy() -> None:
    code = "import sys, symnorm.pytest_plugin; print('sympy' in sys.modules, 'numpy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False False\n"
    )
