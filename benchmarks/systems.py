"""How each other system differentiates one of the ten functions, compiled where it can: a call without arguments.

Each takes a case, the kind (gradient, hessian, hvp), the data and, for hvp, the direction; what it cannot do is a
NotImplementedError. Results compare with those by hand through `flat`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.functions import Array, Case, Data

Call = Callable[[], Any]
UPPER = np.triu_indices(3)


def places_of(case: Case, data: Data) -> Any:
    """The places of the variables among the arguments: one number, or several."""
    found = tuple(list(data).index(w) for w in case.wrt)
    return found if len(found) > 1 else found[0]


def jax_call(name: str, case: Case, kind: str, data: Data, way: Array) -> Call:
    import jax

    jax.config.update("jax_enable_x64", True)
    place = places_of(case, data)
    values = [jax.numpy.asarray(a) for a in data.values()]

    def value(*a: Any) -> Any:
        return case.value(jax.numpy, *a)

    if kind == "hvp":
        def moved(*a: Any) -> Any:
            rest = list(a[:-1])

            def gradient(x: Any) -> Any:
                return jax.grad(value, place)(*rest[:place], x, *rest[place + 1:])

            return jax.jvp(gradient, (rest[place],), (a[-1],))[1]

        compiled, values = jax.jit(moved), [*values, jax.numpy.asarray(way)]
    else:
        compiled = jax.jit((jax.grad if kind == "gradient" else jax.hessian)(value, place))
    return lambda: jax.block_until_ready(compiled(*values))


def torch_call(name: str, case: Case, kind: str, data: Data, way: Array) -> Call:
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    place = places_of(case, data)
    values = [torch.tensor(a) for a in data.values()]
    if kind == "hessian":
        return lambda: torch.func.hessian(lambda *a: case.value(torch, *a), argnums=place)(*values)
    if kind == "hvp":
        fixed = [*values]

        def gradient(x: Any) -> Any:
            return torch.func.grad(lambda *a: case.value(torch, *a), place)(*fixed[:place], x, *fixed[place + 1:])

        return lambda: torch.func.jvp(gradient, (values[place],), (torch.tensor(way),))[1]
    variables = [values[i] for i in (place if isinstance(place, tuple) else (place,))]
    for variable in variables:
        variable.requires_grad_(True)
    return lambda: torch.autograd.grad(case.value(torch, *values), variables)


def autograd_call(name: str, case: Case, kind: str, data: Data, way: Array) -> Call:
    import autograd
    import autograd.numpy as anp

    place = places_of(case, data)
    if kind == "hvp" or (kind == "hessian" and isinstance(place, tuple)):
        raise NotImplementedError("not asked of autograd")
    values = [np.asarray(a, dtype=float) for a in data.values()]
    derive = autograd.grad if kind == "gradient" else autograd.hessian
    compiled = derive(lambda *a: case.value(anp, *a), place)
    return lambda: compiled(*values)


def casadi_call(name: str, case: Case, kind: str, data: Data, way: Array) -> Call:
    """An MX function run on buffers that are filled once."""
    import casadi as ca

    if kind == "hvp":
        raise NotImplementedError("not asked of CasADi")
    symbols = {k: ca.MX.sym(k, *(np.shape(a) or (1,))) for k, a in data.items()}
    value = CASADI[name](ca, *symbols.values())
    variables = ca.vertcat(*(ca.vec(symbols[w]) for w in case.wrt))
    if len(case.wrt) == 1:
        variables = symbols[case.wrt[0]]
    else:
        return _casadi_several(ca, value, variables, case, kind, symbols, data)
    result = ca.gradient(value, variables) if kind == "gradient" else ca.hessian(value, variables)[0]
    shape = np.shape(data[case.wrt[0]])
    return _casadi_run(ca, symbols, result, data, shape if kind == "gradient" else (*shape, *shape))


def _casadi_several(ca: Any, value: Any, variables: Any, case: Case, kind: str, symbols: Any, data: Data) -> Call:
    """By several scalars: one vector in their place."""
    joint = ca.MX.sym("joint", len(case.wrt))
    parts = [joint[i] for i in range(len(case.wrt))]
    value = ca.substitute(value, variables, ca.vertcat(*parts))
    result = ca.gradient(value, joint) if kind == "gradient" else ca.hessian(value, joint)[0]
    kept = {k: s for k, s in symbols.items() if k not in case.wrt} | {"joint": joint}
    given = {k: a for k, a in data.items() if k not in case.wrt} | {"joint": np.array([data[w] for w in case.wrt])}
    return _casadi_run(ca, kept, result, given, tuple(result.shape) if kind == "hessian" else (len(parts),))


def _casadi_run(ca: Any, symbols: Any, result: Any, data: Data, shape: tuple[int, ...]) -> Call:
    function = ca.Function("f", list(symbols.values()), [ca.densify(result)])
    buffer, run = function.buffer()
    held = [np.asarray(a, dtype=float).ravel(order="F") for a in data.values()]
    out = np.zeros(shape).ravel()
    for i, a in enumerate(held):
        buffer.set_arg(i, memoryview(a))
    buffer.set_res(0, memoryview(out))

    def call(kept: Any = (held, buffer)) -> Array:
        run()
        return out.reshape(shape, order="F")

    return call


CASADI: dict[str, Callable[..., Any]] = {
    "quad": lambda ca, A, x: x.T @ A @ x,
    "lsq": lambda ca, A, x, b: ca.sumsqr(A @ x - b),
    "l1": lambda ca, A, x: ca.sum1(ca.fabs(x - A @ x)),
    "logreg": lambda ca, X, w, y: ca.sum1(ca.log1p(ca.exp(-y * (X @ w)))),
    "matfac": lambda ca, T, U, V: ca.sumsqr(T - U @ V.T),
    "net": lambda ca, W, X, V, Y: 0.5 * ca.sumsqr(V @ ca.tanh(W @ X) - Y),
    "logdet": lambda ca, X: ca.log(ca.det(X.T @ X + ca.MX.eye(X.shape[1]))),
    "gp": lambda ca, D, y, s, t, u: _casadi_gp(ca, y, s * ca.exp(-t * D) + u * ca.MX.eye(y.shape[0])),
    "smce": lambda ca, X, W, Y: ca.sum1(ca.log(ca.sum2(ca.exp(X @ W)))) - ca.sum1(ca.sum2(Y * (X @ W))),
    "gnll": lambda ca, S, X: 0.5 * X.shape[0] * ca.log(ca.det(S)) + 0.5 * ca.trace(ca.solve(S, X.T @ X)),
}


def _casadi_gp(ca: Any, y: Any, K: Any) -> Any:
    return 0.5 * y.T @ ca.solve(K, y) + 0.5 * ca.log(ca.det(K))


SYSTEMS = {"jax": jax_call, "torch": torch_call, "autograd": autograd_call, "casadi": casadi_call}


def flat(found: Any) -> Array:
    """A result of any system as one vector; of a Hessian by three scalars the entries on and above the diagonal."""
    if isinstance(found, (tuple, list)) and isinstance(found[0], (tuple, list)):
        found = np.array([[float(entry) for entry in row] for row in found])
    if isinstance(found, (tuple, list)):
        return np.concatenate([flat(part) for part in found])
    found = np.asarray(found.detach() if hasattr(found, "detach") else found)
    return found[UPPER] if found.shape == (3, 3) else found.ravel()
