"""The functions of the language as reading sees them: name, number of arguments, and how shapes pass through.

Laws: "entrywise" keeps the shape of its first argument, the others are scalars; "scalar" takes anything; the rest are
methods of `inference`.
"""

from __future__ import annotations

from typing import NamedTuple


class Signature(NamedTuple):
    """How a function is called; `most` is -1 for any number of arguments."""

    least: int
    most: int
    law: str


def _table(*rows: tuple[str, int, int, str]) -> dict[str, Signature]:
    return {name: Signature(least, most, law) for names, least, most, law in rows for name in names.split()}


SIGNATURES: dict[str, Signature] = _table(
    ("exp log sin cos tan arcsin arccos arctan sinh cosh tanh sqrt square abs sign relu step sigmoid softplus", 1, 1,
     "entrywise"),
    ("silu log1p expm1 logcosh erf gelu lgamma digamma trigamma", 1, 1, "entrywise"),
    ("leakyrelu elu", 1, 2, "entrywise"),
    ("mean", 1, 1, "scalar"), ("var std", 1, 1, "spread"),
    ("huber", 1, 2, "entrywise"), ("clip inside", 2, 2, "entrywise"),
    ("norm1 norm2 norminf normnuc normspec norm21 normind1 normindinf sum", 1, 1, "scalar"),
    ("normp", 2, 2, "scalar_with_scalar"), ("norm", 1, 2, "norm"), ("normw", 2, 2, "weighted"),
    ("quad", 2, 2, "weighted"),
    ("max", 1, 2, "largest"), ("min", 1, 2, "largest"),
    ("logsumexp", 1, 1, "scalar_of_vector"), ("softmax softmin", 1, 1, "same_vector"),
    ("tr det logdet", 1, 1, "scalar_of_square"), ("inv tril", 1, 1, "square"), ("divide power", 2, 2, "pair"),
    ("diag", 1, 1, "diag"), ("vec", 1, 1, "vec"), ("kron", 2, 2, "kron"), ("hadamard", 1, -1, "hadamard"),
    ("dot", 2, 2, "dot"), ("outer", 2, 2, "outer"), ("transpose", 1, 1, "turned"),
    ("polar leading peak", 1, 1, "same"), ("leftvec rightvec gapinv sylvester", 1, 1, "spectral"),
    ("eigmax eigmin", 1, 1, "scalar_of_square"), ("eigvecmax eigvecmin", 1, 1, "vector_of_square"),
    ("eiggapmax eiggapmin expm", 1, 1, "square"), ("pinv", 1, 1, "turned"),
    ("kron_left kron_right", 2, 2, "kron_adjoint"), ("commutation", 2, 2, "literal"), ("unvec", 3, 3, "literal"),
    ("eye", 0, 1, "literal"), ("vector", 1, 2, "literal"), ("matrix", 1, 3, "literal"), ("ones zeros", 0, 2, "literal"),
)
ALIASES: dict[str, str] = {
    "trace": "tr", "Tr": "tr", "ln": "log", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "inverse": "inv",
    "norm_2": "norm2",
    "norm_1": "norm1", "norm_inf": "norminf", "sgn": "sign", "logistic": "sigmoid", "expit": "sigmoid", "inner": "dot",
    "multiply": "hadamard", "identity": "eye", "normfro": "norm2", "heaviside": "step", "Sum": "sum",
    "swish": "silu", "gammaln": "lgamma", "loggamma": "lgamma", "leaky_relu": "leakyrelu", "average": "mean",
    "variance": "var", "lambda_max": "eigmax", "lambda_min": "eigmin", "lambdamax": "eigmax", "lambdamin": "eigmin",
}
INSTEAD: dict[str, str] = {
    "prod": "products of entries are not a function here",
    "rank": "the rank is not differentiable",
    "solve": "write inv(A)*b",
    "logm": "the matrix logarithm is not supported; log is entrywise",
    "sqrtm": "the matrix square root is not supported; sqrt is entrywise",
    "svd": "singular values enter as normnuc and normspec",
    "eig": "of symmetric matrices there are eigmax(S) and eigmin(S)",
    "where": "write it with step, relu, sign or abs",
    "maximum": "write relu(x - y) + y", "minimum": "write y - relu(y - x)", "log10": "write log(x)/log(10)",
    "log2": "write log(x)/log(2)",
    "pow": "write x^k, or x.^k entry by entry", "einsum": "write it with products and traces", "T": "write A' or A.T",
}
CONSTANTS = frozenset({"pi", "e", "I", "eye"})
"""Names with a meaning of their own when nobody declared them."""
INFINITE = frozenset({"inf", "Inf", "oo", "infinity"})
QUOTED_NORMS = frozenset({"fro", "nuc", "inf"})


LITERALS: dict[str, int] = {"eye": 0, "vector": 1, "matrix": 1, "ones": 0, "zeros": 0, "commutation": 0, "unvec": 1}
"""Literals whose size comes from the context or from arguments, and how many arguments come before the sizes."""


def known_function(name: str) -> str | None:
    """The canonical name of a function, or None."""
    return name if name in SIGNATURES else ALIASES.get(name)
