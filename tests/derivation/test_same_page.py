"""A page is the same whatever was built before it in the same process."""

from __future__ import annotations

import json
import subprocess
import sys

PAGES = [
    ("det(X)", "X: n x n invertible", "X", 2),
    ("c/det(X)", "X: n x n invertible, c: scalar", "X", 2),
    ("det(A*X*B)", "A: n x n invertible, X: n x n invertible, B: n x n invertible", "X", 2),
    ("x'*y/(norm2(x)*norm2(y))", "x: n, y: n", "x", 2),
    ("norm2(x - y)^2/2 + l*norm1(D*x)", "D: m x n, x: n, y: n, l: scalar positive", "x", 1),
    ("tr(X'*A*X*B) + norm2(X)", "A: m x m, X: m x n, B: n x n", "X", 1),
    ("sum(tanh(W*x + b)) + norm2(W*x)", "W: m x n, x: n, b: m", "W", 1),
]
CODE = """
import json, sys
import symnorm as sn
pages = {}
for formula, declare, wrt, order in json.loads(sys.argv[1]):
    d = sn.derive(sn.parse(formula, declare=declare), wrt, order=order)
    pages[formula] = d.text() + json.dumps(d.to_json('normal'))
print(json.dumps(pages))
"""


def pages(order: list[tuple[str, str, str, int]]) -> dict[str, str]:
    done = subprocess.run([sys.executable, "-c", CODE, json.dumps(order)], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_pages_do_not_depend_on_what_was_derived_before() -> None:
    forward = pages(PAGES)
    assert pages(PAGES[::-1]) == forward
    assert pages(PAGES[3:] + PAGES[:3]) == forward
