"""A gradient as an assertion: the text of the failure is the diagnosis.

Functions may take and return NumPy, torch or JAX arrays: the point decides. An array of torch or JAX is turned into
NumPy and back by what it offers itself, so that neither package is needed here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from symnorm.verification.verdict import Verdict
from symnorm.verification.verify import verify


def assert_gradient(f: Any, grad: Any, x: Any, args: tuple[Any, ...] = (), **options: Any) -> Verdict:
    """The verdict when `grad` is the gradient of `f` around x; AssertionError with the diagnosis when it is not.

    f, grad, x and args are those of scipy.optimize.minimize; grad=True says that f returns the pair (value, gradient).
    `options` are those of `verify`. What cannot be decided fails too, with the reason.

    >>> bool(assert_gradient(lambda x: x @ x, lambda x: 2 * x, [1.0, 2.0, -1.5]))
    True
    """
    __tracebackhide__ = True
    claim = (lambda *a: f(*a)[1]) if grad is True else grad
    value = (lambda *a: f(*a)[0]) if grad is True else f
    point, back = _point(x)
    if callable(value) and callable(claim):
        value, claim = _converted(value, args, back), _converted(claim, args, back)
    verdict = verify(value, claim, at=point, **options)
    if not verdict:
        raise AssertionError(verdict.explain())
    return verdict


def _point(x: Any) -> tuple[Any, Callable[[Any], Any] | None]:
    """The point as NumPy knows it, and how an array becomes one of the caller's kind."""
    if hasattr(x, "detach"):  # torch
        return x.detach().cpu().numpy(), lambda a: x.new_tensor(a)
    if hasattr(x, "at") and hasattr(x, "__array__") and hasattr(x, "dtype"):  # JAX
        import numpy as np  # only here

        return np.asarray(x), lambda a: x * 0 + a
    return x, None


def _converted(
    function: Callable[..., Any], args: tuple[Any, ...], back: Callable[[Any], Any] | None
) -> Callable[[Any], Any]:
    if back is not None:
        return lambda a: function(back(a), *args)
    return _held(function, args) if args else function


def _held(function: Callable[..., Any], args: tuple[Any, ...]) -> Callable[[Any], Any]:
    """The function of its first argument alone, the others held by their names, so that it can be read as a formula."""
    try:
        names = [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    except (TypeError, ValueError):
        names = []
    if len(names) <= len(args):
        return lambda a: function(a, *args)
    return partial(function, **dict(zip(names[1:], args, strict=False)))
