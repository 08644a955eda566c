"""Every structure with every kind of variable: gradients and second derivatives along curves that stay in the set."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

import symnorm as sn
from symnorm.engine.structured import KINDS, STRUCTURES, kind_of, laws_for
from symnorm.language.node import Node
from symnorm.numeric.interpret import evaluate

Array = np.ndarray
N = 3
DECLARED = {
    "general": "", "symmetric": "symmetric", "diagonal": "diagonal", "lower triangular": "triangular",
    "upper triangular": "upper-triangular", "orthogonal": "orthogonal",
}  # fmt: skip
PARTS: dict[str, Callable[[Array], Array]] = {
    "general": lambda V: V,
    "symmetric": lambda V: (V + V.T) / 2,
    "diagonal": lambda V: np.diag(np.diag(V)),
    "lower triangular": np.tril,
    "upper triangular": np.triu,
}
FUNCTIONS = ["tr(A*X) + tr(X*B*X')", "x'*inv(X)*b + logdet(X)", "sum(exp(A*X))", "norm2(X*B - A)^2", "tr(X*X*A*X')"]
MOVING = [(s, k) for s, k in product(STRUCTURES, KINDS[:-1]) if s != "free" and k in STRUCTURES[s].laws]
REFUSED = [(s, k) for s, k in product(STRUCTURES, KINDS) if k not in STRUCTURES[s].laws]


def problem(text: str, kind: str, seed: int = 0) -> tuple[Node, dict[Node, Array], dict[str, Node]]:
    rng = np.random.default_rng(seed)
    declare = f"X: n x n {DECLARED[kind]}, A: n x n, B: n x n, V: n x n, x: n, b: n"
    variables = sn.variables(declare)
    values = {v: rng.standard_normal([N] * len(v.shape)) for v in variables}
    names = {v.name: v for v in variables}
    return sn.parse(text, declare=declare), values, names


def part(structure: str, kind: str) -> Callable[[Array], Array]:
    """The projection on the directions in which the variable moves, of a linear structure."""
    if structure in ("entries", "sphere", "orthonormal"):
        return PARTS["symmetric" if structure == "entries" and kind == "general" else kind]
    return PARTS[{"triangular": "lower triangular"}.get(structure, structure) if kind == "general" else
                 "diagonal" if structure == "diagonal" else kind]


def nearest(structure: str, X: Array) -> Array:
    """The point of the set nearest to X."""
    if structure == "sphere":
        return X / np.linalg.norm(X)
    if structure == "orthonormal":
        u, _, vt = np.linalg.svd(X)
        return u @ vt
    return X


def directions(structure: str, kind: str, X: Array) -> list[Array]:
    """Directions that span the tangent space; with "entries", one for each entry, in their order."""
    found = []
    for i, j in product(range(N), repeat=2):
        E = np.zeros((N, N))
        E[i, j] = 1.0
        if structure == "entries":
            if kind in ("general", "symmetric"):
                E[j, i] = 1.0
            else:
                E = PARTS[kind](E)
        else:
            E = part(structure, kind)(E)
            if structure == "sphere":
                E = E - np.sum(X * E) * X
            if structure == "orthonormal":
                E = E - X @ (X.T @ E + E.T @ X) / 2
        found.append(E)
    return found


def value(node: Node, values: dict[Node, Array]) -> Array:
    return np.asarray(evaluate([node], values, {"n": N})[0])


def slopes(at: Callable[[float], float], h: float = 2e-3) -> tuple[float, float]:
    """The first and second derivative at 0 by differences, extrapolated twice."""
    first = [(at(s) - at(-s)) / (2 * s) for s in (4 * h, 2 * h, h)]
    second = [(at(s) - 2 * at(0.0) + at(-s)) / s**2 for s in (4 * h, 2 * h, h)]
    both = []
    for rough in (first, second):
        better = [(4 * rough[1] - rough[0]) / 3, (4 * rough[2] - rough[1]) / 3]
        both.append((16 * better[1] - better[0]) / 15)
    return both[0], both[1]


@pytest.mark.parametrize(("structure", "kind"), MOVING)
@pytest.mark.parametrize("text", FUNCTIONS)
def test_derivatives_within_a_structure(text: str, structure: str, kind: str) -> None:
    f, values, names = problem(text, kind)
    X, V = names["X"], names["V"]
    base = nearest(structure, part(structure, kind)(values[X]) + 3 * np.eye(N) * (structure != "orthonormal"))
    values[X] = base
    g = value(sn.gradient(f, X, structure=structure), values)
    H = sn.hessian(f, X, structure=structure)
    dense = value(H, values) if isinstance(H, Node) else H.dense(values, sizes={"n": N})
    applied = sn.hvp(f, X, V, structure=structure)
    flat = dense.reshape(N * N, N * N)
    np.testing.assert_allclose(flat, flat.T, atol=1e-9)
    for (i, j), E in zip(product(range(N), repeat=2), directions(structure, kind, base), strict=True):

        def at(t: float, E: Array = E) -> float:
            return float(value(f, {**values, X: nearest(structure, base + t * E)}))

        first, second = slopes(at)
        if structure == "entries":
            assert g[i, j] == pytest.approx(first, rel=1e-6, abs=1e-6)
            assert dense[i, j, i, j] == pytest.approx(second, rel=1e-5, abs=1e-5)
        else:
            assert np.sum(g * E) == pytest.approx(first, rel=1e-6, abs=1e-6)
            assert np.sum(E * np.tensordot(dense, E)) == pytest.approx(second, rel=1e-5, abs=1e-5)
        np.testing.assert_allclose(value(applied, {**values, V: E}), np.tensordot(dense, E), atol=1e-9)
    if structure != "entries":
        flat_directions = np.array(directions(structure, kind, base)).reshape(N * N, N * N)
        for image in (g, np.tensordot(dense, values[V])):
            inside, *_ = np.linalg.lstsq(flat_directions.T, image.ravel(), rcond=None)
            np.testing.assert_allclose(flat_directions.T @ inside, image.ravel(), atol=1e-9)


@pytest.mark.parametrize(("structure", "kind"), REFUSED)
def test_a_structure_that_leaves_the_declared_set_is_refused(structure: str, kind: str) -> None:
    f, _, names = problem(FUNCTIONS[0], kind)
    for call in (lambda: sn.gradient(f, "X", structure=structure), lambda: sn.hessian(f, "X", structure=structure),
                 lambda: sn.hvp(f, "X", names["V"], structure=structure)):
        with pytest.raises(sn.Misuse, match=rf"leaves the {kind} matrices, where X was declared: ask for 'free'"):
            call()


def test_kinds_that_several_words_make() -> None:
    both = sn.variables("A: n x n symmetric orthogonal, B: n x n symmetric triangular, C: n x n spd")
    assert [kind_of(v) for v in both] == ["symmetric orthogonal", "diagonal", "symmetric"]
    assert laws_for("orthonormal", both[0]) == ("symmetric", "orthonormal")


def test_jacobians_by_the_entries_that_there_are() -> None:
    for kind in ("diagonal", "lower triangular", "upper triangular"):
        _, values, names = problem("tr(X)", kind)
        X = names["X"]
        values[X] = PARTS[kind](values[X])
        F = X @ names["A"] @ X.T
        J = sn.jacobian(F, X, structure="entries").dense(values)
        full = sn.jacobian(F, X).dense(values)
        np.testing.assert_allclose(J, full * PARTS[kind](np.ones((N, N))), atol=1e-12)
