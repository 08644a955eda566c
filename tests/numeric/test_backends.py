"""The sources for JAX and PyTorch against the interpreter, and their own autodiff of them against our gradients."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import symnorm as sn
from symnorm.errors import MissingExtra, Misuse
from symnorm.language.node import Node
from symnorm.numeric.compile import lambdify, variables_of
from symnorm.numeric.interpret import evaluate

from .examples import ALL, sample

pytestmark = pytest.mark.judge
BACKENDS = ["jax", "torch"]


def needed(backend: str) -> Any:
    module = pytest.importorskip(backend)
    if backend == "jax":
        module.config.update("jax_enable_x64", True)
    return module


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("e", ALL, ids=str)
def test_agrees_with_the_interpreter(e: Node, backend: str) -> None:
    module = needed(backend)
    sizes = {"m": 4, "n": 3, "k": 2}
    values = sample(**sizes)
    variables = variables_of([e])
    given = {v: values[v] for v in variables}
    f = lambdify(e, variables, backend, sizes=sizes)
    as_array = module.asarray if backend == "torch" else module.numpy.asarray
    arrays = [as_array(a) if isinstance(a, np.ndarray) else a for a in given.values()]
    found = f(*arrays)
    want = evaluate([e], given, sizes)[0]
    assert np.shape(found) == np.shape(want)
    np.testing.assert_allclose(np.asarray(found), want, rtol=1e-9, atol=1e-9)
    if backend == "jax":
        np.testing.assert_allclose(np.asarray(module.jit(f)(*arrays)), want, rtol=1e-9, atol=1e-9)


TEXTS = [
    ("norm2(A*x - b)^2", "A: m x n, x: n, b: m"), ("sum(log(vector(1) + exp(-b.*(A*x))))", "A: m x n, x: n, b: m"),
    ("logdet(A'*A + eye) + norm2(x)", "A: m x n, x: n"), ("sum(log(exp(A*B)*vector(1)))", "A: m x n, B: n x k"),
    ("norm2(tanh(A*B) - C)^2", "A: m x n, B: n x k, C: m x k"), ("x'*inv(A'*A + eye)*x", "A: m x n, x: n"),
    ("sum(huber(A*x - b)) + norm1(x)", "A: m x n, x: n, b: m"), ("logsumexp(A*x) + x'*softmax(x)", "A: m x n, x: n"),
]

SHARDED = """
import jax, numpy as np, symnorm as sn
from jax.sharding import Mesh, NamedSharding, PartitionSpec
jax.config.update("jax_enable_x64", True)
rows = NamedSharding(Mesh(np.array(jax.devices()), "i"), PartitionSpec("i"))
rng = np.random.default_rng(0)
X, w, y, W, Y = sn.variables("X: m x n, w: n, y: m, W: n x k, Y: m x k")
data = {X: rng.normal(size=(16, 3)), w: rng.normal(size=3), y: rng.choice([-1.0, 1.0], 16),
        W: rng.normal(size=(3, 2)), Y: np.eye(2)[rng.integers(0, 2, 16)]}
arrays = {v: jax.device_put(a, rows) if v in (X, y, Y) else jax.numpy.asarray(a) for v, a in data.items()}
losses = [(sn.sum(sn.softplus(-sn.hadamard(y, X @ w))), w),
          (sn.parse("sum(log(exp(X*W)*vector(1))) - tr(Y'*X*W)", declare="X: m x n, W: n x k, Y: m x k"), W)]
for f, variable in losses:
    for result in (f, sn.gradient(f, variable), sn.hessian(f, variable)):
        args = [X, w, y] if variable is w else [X, W, Y]
        want = sn.lambdify(result, args)(*(data[v] for v in args))
        found = jax.jit(sn.lambdify(result, args, "jax"))(*(arrays[v] for v in args))
        np.testing.assert_allclose(found, want, rtol=1e-12, atol=1e-14)
print(len(arrays[X].sharding.device_set), "devices")
"""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("text", "declare"), TEXTS)
def test_their_autodiff_agrees_with_our_gradients(text: str, declare: str, backend: str) -> None:
    module = needed(backend)
    f = sn.parse(text, declare=declare)
    variables = variables_of([f])
    sizes = {"m": 4, "n": 3, "k": 2}
    rng = np.random.default_rng(0)
    point = [rng.normal(size=[sizes[str(s)] for s in v.shape]) for v in variables]
    value = lambdify(f, variables, backend)
    ours = lambdify(tuple(sn.gradient(f, v) for v in variables), variables)(*point)
    if backend == "jax":
        theirs = module.grad(value, argnums=tuple(range(len(point))))(*map(module.numpy.asarray, point))
    else:
        tensors = [module.tensor(p, requires_grad=True) for p in point]
        theirs = module.autograd.grad(value(*tensors), tensors)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, np.asarray(b), rtol=1e-8, atol=1e-8)


def test_backends_that_are_missing_or_unknown() -> None:
    x = sn.variables("x: n")
    with pytest.raises(Misuse, match="the backends are numpy, jax, torch"):
        lambdify(x, [x], "fortran")
    for name in BACKENDS:
        if importlib.util.find_spec(name) is None:
            with pytest.raises(MissingExtra, match=name):
                lambdify(x, [x], name)


def test_the_source_for_jax_runs_on_sharded_arrays() -> None:
    """The same numbers with the rows of the data on eight devices."""
    pytest.importorskip("jax")
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", SHARDED], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["8", "devices"]
