"""The pytest plugin: the fixture `check_gradient`.

pytest imports this module at every start: SymPy and NumPy are imported when a gradient is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def check_gradient() -> Callable[..., Any]:
    """`check_gradient(f, grad, x)`: the test fails with the diagnosis when grad is not the gradient of f."""

    def check(f: Any, grad: Any, x: Any, args: tuple[Any, ...] = (), **options: Any) -> Any:
        __tracebackhide__ = True
        from symnorm.verification.assertion import assert_gradient  # not at the start of every test run

        return assert_gradient(f, grad, x, args, **options)

    return check
