"""Steps of random derivatives: python benchmarks/fuzz_steps.py [--count 2000] [--depth 3]

Gradients, Jacobians and Hessians are derived with their lines; every line, and the result, is compared with the
directional derivative by the check of the derivation, and every view is written. Outcomes as in fuzzing.py.
"""

from __future__ import annotations

import random
import sys
from contextlib import suppress

if __name__ == "__main__":
    sys.path.insert(0, ".")
import symnorm as sn
from benchmarks.expressions import DECLARE, Shape, Tree
from benchmarks.fuzzing import Fuzz, Outcome
from symnorm.errors import NoClosedForm

SHAPES: tuple[Shape, ...] = ((), (), ("n",), ("n",), ("m",), ("m", "n"), ("n", "n"))
DETAILS = ("brief", "normal", "full")


def judge(tree: Tree, wrt: str, shape: Shape, seed: int) -> Outcome:
    """Derive one expression with its steps, at one level of detail and in one layout."""
    rng = random.Random(seed)
    variables = {v.name: v for v in sn.variables(DECLARE)}
    try:
        f = sn.parse(tree.text(), declare=DECLARE)
        d = sn.derive(f, variables[wrt], order=1 if shape else rng.choice((1, 2)))
    except sn.SymnormError as refusal:
        return Outcome("refused", f"{type(refusal).__name__}: {str(refusal).splitlines()[0]}")
    detail = rng.choice(DETAILS)
    with suppress(NoClosedForm):
        d = d.to_layout(rng.choice(("gradient", "numerator", "denominator", "vec")))
    report = d.check(points=1, detail=detail)
    for page in (d.text(detail), d.latex(detail)):
        if "Holds" not in page:
            return Outcome("wrong", "a page does not say where it holds")
    if report.worst is None:
        return Outcome("unresolved", report.problem)
    return Outcome("right") if report.passed else Outcome("wrong", str(report))


FUZZ = Fuzz(judge, SHAPES, seconds=30)

if __name__ == "__main__":
    sys.exit(FUZZ.main(__doc__, count=2_000, depth=3))
