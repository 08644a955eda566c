"""symnorm derives: gradients in matrix notation, with the steps and a check.

The public names are imported when they are first used (PEP 562), so that the command line starts without SymPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from symnorm.version import __version__

_MODULES: dict[str, str] = {
    "symnorm.errors": "SymnormError ReadingError ShapeError OutsideDomain NoRule NoClosedForm NotDifferentiable "
    "TooLarge MissingExtra Misuse Disagreement",
    "symnorm.language.symbols": "variables",
    "symnorm.rendering.text": "to_text",
    "symnorm.rendering.latex": "latex",
    "symnorm.language.reading.sympy": "from_sympy",
    "symnorm.rendering.sympy": "to_sympy",
    "symnorm.rendering.python": "to_python",
    "symnorm.rendering.json": "to_json from_json",
    "symnorm.language.functions": "norm norm1 norm2 norminf normp normnuc normspec normw norm21 "
    "normind1 normindinf tr det logdet inv diag "
    "vec kron hadamard sum dot quad outer logsumexp softmax max min huber sqrt square eye ones "
    "zeros vector matrix array polar leading leftvec rightvec gapinv sylvester peak "
    "exp log sin cos tan arcsin arccos arctan sinh cosh "
    "tanh abs sign relu step sigmoid softplus divide power unvec clip inside tril commutation kron_left kron_right "
    "erf elu lgamma digamma trigamma",
    "symnorm.language.composed": "mean var std softmin silu gelu leakyrelu log1p expm1 logcosh",
    "symnorm.language.eigen": "eigmax eigmin eigvecmax eigvecmin eiggapmax eiggapmin pinv expm",
    "symnorm.derivation.calls": "gradient differential",
    "symnorm.derivation.subdifferential": "subdifferential",
    "symnorm.derivation.deriving": "derive",
    "symnorm.language.reading.reader": "parse",
    "symnorm.numeric.traced": "from_numpy",
    "symnorm.numeric.read": "read",
    "symnorm.verification.verify": "verify",
    "symnorm.verification.assertion": "assert_gradient",
    "symnorm.verification.taylor": "taylor_test",
    "symnorm.numeric.compile": "lambdify",
    "symnorm.derivation.second": "jacobian hessian hvp jvp vjp",
    "symnorm.rules.user": "rule",
    "symnorm.norms.user": "Norm",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'symnorm' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
