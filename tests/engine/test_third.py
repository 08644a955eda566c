"""Third derivatives: the derivative of the Hessian, by every variable that it holds."""

from __future__ import annotations

import numpy as np
import pytest

import symnorm as sn
from symnorm.derivation.second import nth_derivative
from symnorm.engine.tensor import Tensor
from tests.engine.examples import SIZES, differences, point, value_at

DECLARE = "B: n x n, Y: n x n invertible, x: n, y: n, t: scalar"


@pytest.mark.parametrize(("text", "name"), [
    ("sum(exp(x))*(x'*y)", "x"), ("logsumexp(B*x)", "x"), ("norm2(x)", "x"), ("exp(x'*B*x)", "x"), ("sin(t)^3", "t"),
])
def test_third_derivative_is_that_of_the_hessian(text: str, name: str) -> None:
    f, values = sn.parse(text, declare=DECLARE), point(DECLARE, 1)
    x = next(v for v in values if v.name == name)
    third = nth_derivative(f, x, 3)
    got = third.dense(values, sizes=SIZES) if isinstance(third, Tensor) else value_at(third, values)
    np.testing.assert_allclose(got, differences(sn.hessian(f, x), x, values), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("text", ["tr(Y*Y*Y)", "logdet(Y)", "sum(exp(Y))"])
def test_third_derivative_by_a_matrix_is_symmetric_and_agrees(text: str) -> None:
    f, values = sn.parse(text, declare=DECLARE), point(DECLARE, 2)
    Y = next(v for v in values if v.name == "Y")
    third = nth_derivative(f, Y, 3).dense(values, sizes=SIZES)
    np.testing.assert_allclose(third, third.transpose(4, 5, 0, 1, 2, 3), atol=1e-9)
    step, V = 1e-5, np.random.default_rng(0).standard_normal((3, 3))
    hessian = sn.hessian(f, Y)
    moved = [hessian.dense({**values, Y: values[Y] + s * step * V}, sizes=SIZES) for s in (1, -1)]
    np.testing.assert_allclose(np.tensordot(third, V, 2), (moved[0] - moved[1]) / (2 * step), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("order", [0, -1, 1.5, True])
def test_order_is_a_whole_number(order: object) -> None:
    x = sn.variables("x: n")
    with pytest.raises(sn.Misuse, match="from 1 on"):
        nth_derivative(x.T @ x, x, order)
