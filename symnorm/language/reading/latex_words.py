r"""What LaTeX commands mean: letters, fonts, accents, operators, fences, and the commands that are refused by name."""

from __future__ import annotations

from .characters import GREEK

NOISE = frozenset(
    ["left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "bigm", "Bigl", "Bigr", "Bigm", "biggl", "biggr",
     "Biggl", "Biggr", "mathopen", "mathclose", "mathbin", "mathrel", "mathord", "mathinner", "middle", "displaystyle",
     "textstyle", "scriptstyle", "limits", "nolimits", "quad", "qquad", "thinspace", "enspace", "nonumber", "notag",
     "qty", "large", "small",
     "allowbreak", ",", ";", ":", "!", ">", "\\", "(", ")", "[", "]", "space", "negthinspace", "hfill", "strut"]
) | {" "}
GREEK_COMMANDS = {name: name for name in GREEK.values()} | {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma", "varpi": "pi",
    "Upsilon": "Upsilon", "ell": "ell",
}
BOLD = frozenset({"mathbf", "boldsymbol", "bm", "mathbold", "pmb", "symbf", "bold", "bf", "bfseries", "textbf"})
ROMAN = frozenset({"mathrm", "text", "textrm", "operatorname", "mathsf", "mathit", "mathtt", "rm", "textup", "sf",
                   "it", "tt", "mathop", "textsf",
                   "operatorname*", "symup", "mbox", "textnormal"})
WORDS = frozenset({"text", "textrm", "mbox", "textnormal", "textsf", "textup"})
"""What sets words: a space inside or around them says that they are words, not a name."""
SWITCHES = frozenset({"rm", "bf", "it", "sf", "bfseries", "cal", "tt"})
"""What changes the font up to the end of the group."""
ORNATE = frozenset({"mathcal", "mathscr", "mathfrak", "mathbb", "mathds", "mathbbm", "cal", "Bbb"})
ACCENTS = {"hat": "_hat", "widehat": "_hat", "bar": "_bar", "overline": "_bar", "tilde": "_tilde",
           "widetilde": "_tilde", "dot": "_dot",
           "ddot": "_ddot", "check": "_check", "breve": "_breve", "vec": "", "underline": "_under", "acute": "_acute",
           "mathring": "_ring"}
FUNCTION_COMMANDS = {
    "log": "log", "ln": "log", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "arcsin",
    "arccos": "arccos",
    "arctan": "arctan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "det": "det", "max": "max", "min": "min",
    "tr": "tr", "Tr": "tr",
    "trace": "tr", "diag": "diag", "sign": "sign", "sgn": "sign", "vect": "vec",
}
OPERATOR_WORDS = {"logdet": "logdet", "vec": "vec", "Diag": "diag", "relu": "relu", "ReLU": "relu", "Relu": "relu",
                  "sgn": "sign",
                  "logsumexp": "logsumexp", "lse": "logsumexp", "LSE": "logsumexp", "Vec": "vec", "TR": "tr",
                  "Trace": "tr",
                  "softmax": "softmax", "kronleft": "kron_left", "kronright": "kron_right",
                  "Huber": "huber", "sigm": "sigmoid", "SiLU": "silu", "Swish": "silu", "LeakyReLU": "leakyrelu",
                  "GELU": "gelu", "ELU": "elu"}
OPERATORS = {"cdot": "cdot", "times": "times", "ast": "*", "odot": "odot", "circ": "odot", "otimes": "otimes",
             "oslash": "oslash",
             "div": "/", "top": "top", "intercal": "top", "prime": "'", "infty": "infty", "langle": "langle",
             "rangle": "rangle",
             "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "||", "lVert": "||", "rVert": "||",
             "|": "||", "{": "\\{", "}": "\\}",
             "lbrace": "\\{", "rbrace": "\\}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")",
             "frac": "frac", "dfrac": "frac",
             "tfrac": "frac", "cfrac": "frac", "nicefrac": "frac", "sfrac": "frac", "sqrt": "sqrt", "sum": "sum",
             "over": "over", "norm": "norm", "abs": "abs",
             "star": "star",
             "dagger": "dagger", "dag": "dagger", "nabla": "nabla", "partial": "partial", "coloneqq": "=",
             "triangleq": "=", "eqdef": "=", "equiv": "=", "doteq": "=", "colonequals": "=", "coloneq": "=",
             "parallel": "||"}
ENVIRONMENTS = frozenset({"bmatrix", "pmatrix", "matrix", "smallmatrix", "Bmatrix"})
"""Matrices of numbers; a vmatrix is a determinant and is refused."""
DIRECTION = {"lvert": "open", "lVert": "open", "rvert": "close", "rVert": "close"}
REFUSED = {
    "int": "integrals are not read", "prod": "products over an index are not read", "lim": "limits are not read",
    "sup": "suprema are not read: of finitely many entries write \\max", "inf": "infima are not read: write \\min",
    "arg": "minimisers are not read: give the function", "argmin": "minimisers are not read: give the function",
    "argmax": "maximisers are not read: give the function",
    "underset": "what stands below an operator is not read: give the function alone",
    "DeclareMathOperator": "definitions are not read", "substack": "conditions of a sum are not read",
    "pm": "a sign with two readings", "mp": "a sign with two readings",
    "leq": "inequalities are not read", "geq": "inequalities are not read", "le": "inequalities are not read",
    "ge": "inequalities are not read",
    "neq": "inequalities are not read", "ne": "inequalities are not read", "lt": "inequalities are not read",
    "gt": "inequalities are not read", "in": "memberships are not read: use the declarations",
    "approx": "approximations are not read",
    "ldots": "dots leave open what is meant", "cdots": "dots leave open what is meant",
    "dots": "dots leave open what is meant",
    "input": "files are not read", "include": "files are not read", "write": "nothing is written",
    "def": "definitions are not read",
    "newcommand": "definitions are not read", "let": "definitions are not read", "catcode": "definitions are not read",
    "lfloor": "rounding is not differentiable", "lceil": "rounding is not differentiable",
    "binom": "binomial coefficients are not read",
    "forall": "quantifiers are not read", "to": "arrows are not read", "mapsto": "arrows are not read",
    "setminus": "sets are not read", "cup": "sets are not read", "cap": "sets are not read",
    "oplus": "direct sums are not read",
    "bullet": "this product has no one meaning: write \\odot, \\otimes or nothing", "backslash": "write A^{-1} b",
}
COMMANDS = frozenset((*NOISE, *GREEK_COMMANDS, *BOLD, *ROMAN, *ORNATE, *ACCENTS, *FUNCTION_COMMANDS, *OPERATORS))
