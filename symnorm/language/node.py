"""The expression graph: interned nodes, so that equality is identity and a shared sub-expression is one object.

Nodes are data: a class, other data, arguments, a shape, the variables in it and what is known of it (symmetric,
positive, ...), all computed once when the node is made. Arguments exist before the node that holds them, so
`serial` grows from leaves to root: descending serial is a topological order. Build nodes with the functions
of `build`, which keep the local canonical form; the classes here only store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from itertools import count
from typing import Any, ClassVar
from weakref import KeyedRef

from sympy import Basic, Expr

from ..shapes import ONE, Size
from .properties import infer

OPERATORS: dict[str, Callable[..., Node]] = {}
"""What the operators of Python do on nodes: filled in by `build`."""
PRINTERS: dict[str, Callable[[Node], str]] = {}
"""How a node is written ("python", "text", "latex"): filled in by `symnorm.wiring`, when a node is first written."""

_TABLE: dict[tuple[Any, ...], KeyedRef[tuple[Any, ...], Node]] = {}
"""The nodes that there are, by what makes them equal: weakly, as in a WeakValueDictionary, whose lookups cost more."""
_SERIAL = count()


def _forget(ref: KeyedRef[tuple[Any, ...], Node]) -> None:
    if _TABLE.get(ref.key) is ref:
        del _TABLE[ref.key]


class Node(Basic):
    """A scalar, vector or matrix expression."""

    __slots__ = ("__weakref__", "cols", "data", "facts", "free", "key", "memo", "rows", "serial")
    __array_ufunc__ = None
    args = Basic._args  # the slot itself, without the property of Basic in front of it
    commutative: ClassVar[bool] = False
    shaped_by_args: ClassVar[bool] = False
    """Does the shape follow from class, data and arguments, so that it need not be compared?"""

    rows: Size
    cols: Size
    data: tuple[Any, ...]
    facts: frozenset[str]
    free: frozenset[Variable]
    key: int
    memo: dict[str, Any]
    serial: int

    def __new__(cls, *args: Any, **options: Any) -> Node:
        raise TypeError(f"{cls.__name__} nodes are made by symnorm.language.build and by the functions of symnorm")

    @classmethod
    def _make(cls, data: tuple[Any, ...], args: tuple[Node, ...], rows: Size, cols: Size) -> Any:
        identity = (cls, data, args) if cls.shaped_by_args else (cls, data, args, rows, cols)
        known = _TABLE.get(identity)
        node = known() if known is not None else None
        if node is not None:
            return node
        node = Basic.__new__(cls, *args)
        node.data, node.rows, node.cols, node.memo = data, rows, cols, {}
        node.serial = next(_SERIAL)
        node.free = _variables_of(node, args)
        node.key = _structural_key(cls, data, args, rows, cols)
        node.facts = infer(node)
        ref = KeyedRef(node, _forget, identity)
        held = _TABLE.setdefault(identity, ref)
        other = None if held is ref else held()
        if other is not None:
            return other
        _TABLE[identity] = ref
        return node

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    @property
    def func(self) -> Callable[..., Any]:
        return partial(_remake, type(self), self.data, self.rows, self.cols)

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (type(self), self.data, self.rows, self.cols, *self.args)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self.__reduce__()

    def __deepcopy__(self, memo: object) -> Node:
        return self

    def __copy__(self) -> Node:
        return self

    @property
    def shape(self) -> tuple[Size, ...]:
        """() for a scalar, (n,) for a vector, (m, n) for a matrix, (1, n) for a row."""
        if self.cols == ONE:
            return () if self.rows == ONE else (self.rows,)
        return (self.rows, self.cols)

    @property
    def is_scalar(self) -> bool:
        return self.rows is ONE and self.cols is ONE

    @property
    def is_vector(self) -> bool:
        return self.cols is ONE and self.rows is not ONE

    @property
    def is_square(self) -> bool:
        return bool(self.rows == self.cols)

    @property
    def T(self) -> Node:
        return OPERATORS["transpose"](self)

    def __add__(self, other: Any) -> Node:
        return OPERATORS["add"](self, other)

    def __radd__(self, other: Any) -> Node:
        return OPERATORS["add"](other, self)

    def __sub__(self, other: Any) -> Node:
        return OPERATORS["subtract"](self, other)

    def __rsub__(self, other: Any) -> Node:
        return OPERATORS["subtract"](other, self)

    def __mul__(self, other: Any) -> Node:
        return OPERATORS["times"](self, other)

    def __rmul__(self, other: Any) -> Node:
        return OPERATORS["times"](other, self)

    def __matmul__(self, other: Any) -> Node:
        return OPERATORS["times"](self, other)

    def __rmatmul__(self, other: Any) -> Node:
        return OPERATORS["times"](other, self)

    def __truediv__(self, other: Any) -> Node:
        return OPERATORS["divide"](self, other)

    def __rtruediv__(self, other: Any) -> Node:
        return OPERATORS["divide"](other, self)

    def __pow__(self, other: Any) -> Node:
        return OPERATORS["power"](self, other)

    def __rpow__(self, other: Any) -> Node:
        return OPERATORS["power"](other, self)

    def __neg__(self) -> Node:
        return OPERATORS["negate"](self)

    def __pos__(self) -> Node:
        return self

    def __abs__(self) -> Node:
        return OPERATORS["abs"](self)

    def __bool__(self) -> bool:
        raise TypeError("a symbolic expression has no truth value; compare nodes with `is`, or verify an equation")

    def __str__(self) -> str:
        return _printed("python", self)

    __repr__ = __str__

    def _sympystr(self, printer: object) -> str:
        return _printed("python", self)

    def _latex(self, printer: object, **options: object) -> str:
        return _printed("latex", self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {_printed('latex', self)}$"


def _printed(form: str, node: Node) -> str:
    if form not in PRINTERS:
        import_module("symnorm.wiring")
    return PRINTERS[form](node)


def _remake(cls: type[Node], data: tuple[Any, ...], rows: Size, cols: Size, *args: Node) -> Node:
    node: Node = cls._make(data, args, rows, cols)
    return node


def _variables_of(node: Node, args: tuple[Node, ...]) -> frozenset[Variable]:
    if not args or isinstance(node, Differential):
        return frozenset((node,)) if isinstance(node, (Variable, Differential)) else frozenset()  # type: ignore[arg-type]
    widest = args[0].free
    for arg in args[1:]:
        if len(arg.free) > len(widest):
            widest = arg.free
    for arg in args:
        if arg.free is not widest and not arg.free <= widest:
            return widest.union(*[a.free for a in args])
    return widest


def _structural_key(cls: type[Node], data: tuple[Any, ...], args: tuple[Node, ...], rows: Size, cols: Size) -> int:
    """Equal for nodes that differ only in the order of commuting arguments, in the turn of a trace or in the
    orientation of a scalar product."""
    keys = tuple([arg.key for arg in args])
    if cls.commutative:
        keys = tuple(sorted(keys))
    elif args and cls is MatMul and rows is ONE and cols is ONE:
        keys = min(keys, tuple(_turned(arg) for arg in reversed(args)))
    elif cls is Trace and isinstance(args[0], MatMul) and len(args[0].args) <= 64:
        keys = min(_turns(args[0].args))
    if cls.shaped_by_args:
        return hash((cls.__name__, _named(data), keys) if data else (cls.__name__, keys))
    return hash((cls.__name__, _named(data), keys, rows, cols))


def _named(data: tuple[Any, ...]) -> tuple[Any, ...]:
    """Data as text: the hashes of -1 and -2 are equal in Python."""
    return tuple(str(d) if isinstance(d, Expr) else d for d in data)


def _turned(arg: Node) -> int:
    return OPERATORS["transpose"](arg).key


def _turns(factors: tuple[Node, ...]) -> Iterator[tuple[int, ...]]:
    """The keys of a product, turned cyclically in all ways, in both orientations."""
    for row in ([f.key for f in factors], [_turned(f) for f in reversed(factors)]):
        for i in range(len(row)):
            yield tuple(row[i:] + row[:i])


def postorder(roots: Iterable[Node]) -> list[Node]:
    """Every node below the roots, arguments first and in the order of the page; iterative, each node once."""
    order: list[Node] = []
    seen: set[Node] = set()
    stack: list[Node | None] = [*roots]
    stack.reverse()
    while stack:
        node = stack.pop()
        if node is None:  # what lies above it has its arguments in the order by now
            order.append(stack.pop())  # type: ignore[arg-type]
        elif node not in seen:
            seen.add(node)
            if node.args:
                stack += (node, None, *reversed(node.args))
            else:
                order.append(node)
    return order


class Variable(Node):
    """A named scalar, vector or matrix. data = (name, properties)."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return str(self.data[0])

    @property
    def properties(self) -> frozenset[str]:
        found: frozenset[str] = self.data[1]
        return found


class Constant(Node):
    """A SymPy scalar without matrices: a number, pi, a size. data = (expression,)."""

    __slots__ = ()

    @property
    def value(self) -> Expr:
        return self.data[0]


class Identity(Node):
    """The identity matrix."""

    __slots__ = ()


class Ones(Node):
    """All entries one."""

    __slots__ = ()


class Zero(Node):
    """All entries zero."""

    __slots__ = ()


class Array(Node):
    """A constant vector or matrix. data = (ImmutableMatrix of SymPy numbers,)."""

    __slots__ = ()


class Add(Node):
    """A sum, in the author's order."""

    __slots__ = ()
    shaped_by_args = True
    commutative = True


class Mul(Node):
    """Scalar factors (a number first), then at most one factor that is not a scalar."""

    __slots__ = ()
    shaped_by_args = True
    commutative = True


class Power(Node):
    """Entrywise power with a scalar exponent; args = (base, exponent)."""

    __slots__ = ()
    shaped_by_args = True


class MatMul(Node):
    """A matrix product of factors that are not scalars; 1 x 1 results are scalars."""

    __slots__ = ()
    shaped_by_args = True


class Hadamard(Node):
    """An entrywise product."""

    __slots__ = ()
    shaped_by_args = True
    commutative = True


class Transpose(Node):
    """X'."""

    __slots__ = ()
    shaped_by_args = True


class Inverse(Node):
    """X^-1."""

    __slots__ = ()
    shaped_by_args = True


class MatPower(Node):
    """X^k for a whole number k above the size that is written out. data = (k,)."""

    __slots__ = ()


class Trace(Node):
    """tr X."""

    __slots__ = ()
    shaped_by_args = True


class Det(Node):
    """det X."""

    __slots__ = ()
    shaped_by_args = True


class LogDet(Node):
    """log |det X|."""

    __slots__ = ()
    shaped_by_args = True


class Diag(Node):
    """The diagonal matrix of a vector."""

    __slots__ = ()
    shaped_by_args = True


class DiagOf(Node):
    """The diagonal of a square matrix, as a vector."""

    __slots__ = ()
    shaped_by_args = True


class Lower(Node):
    """A square matrix with zeros above the diagonal."""

    __slots__ = ()


class Commutation(Node):
    """The permutation K with K vec(A) = vec(A') for A of shape m x n. data = (m, n)."""

    __slots__ = ()


class Kron(Node):
    """The Kronecker product of two matrices."""

    __slots__ = ()
    commutative = False


class Vec(Node):
    """The columns of a matrix, stacked."""

    __slots__ = ()


class Unvec(Node):
    """A vector, cut into columns: the inverse of Vec; its shape is rows x cols."""

    __slots__ = ()


class KronAdjoint(Node):
    """The matrix P with <G, kron(P', B)> read off; data = ("left" | "right",), args = (G, other factor).

    left: entry (i, j) is the inner product of block (i, j) of G with B. right: the sum of a_ij times block (i, j) of G.
    """

    __slots__ = ()


class SumAll(Node):
    """The sum of all entries."""

    __slots__ = ()
    shaped_by_args = True


class Elementwise(Node):
    """A scalar function, entry by entry. data = (name,), args = (X, parameters...)."""

    __slots__ = ()
    shaped_by_args = True

    @property
    def name(self) -> str:
        return str(self.data[0])


class Norm(Node):
    """A norm. data = (name,), args = (X, parameters...)."""

    __slots__ = ()
    shaped_by_args = True

    @property
    def name(self) -> str:
        return str(self.data[0])


class LogSumExp(Node):
    """log of the sum of exponentials of a vector."""

    __slots__ = ()
    shaped_by_args = True


class Softmax(Node):
    """exp(x) / sum(exp(x))."""

    __slots__ = ()
    shaped_by_args = True


class Max(Node):
    """The largest entry."""

    __slots__ = ()


class Peak(Node):
    """1 at the largest entries of X, shared evenly at ties, 0 elsewhere: a subgradient of max."""

    __slots__ = ()


class Polar(Node):
    """U V' of the thin singular value decomposition X = U S V': the gradient of the nuclear norm."""

    __slots__ = ()


class LeadingPair(Node):
    """u_1 v_1' of the largest singular value: the gradient of the spectral norm."""

    __slots__ = ()


class SingularVector(Node):
    """u_1 or v_1 of the largest singular value, of one and the same decomposition. data = ("left" | "right",)."""

    __slots__ = ()


class GapInverse(Node):
    """(||X||_2^2 I - X X')^+ : what is left of the inverse when u_1 is taken out."""

    __slots__ = ()


class Sylvester(Node):
    """The inverse of I (x) (XX')^(1/2) + (X'X)^(1/2) (x) I: it takes vec(F) to the vec(W) with
    (XX')^(1/2) W + W (X'X)^(1/2) = F."""

    __slots__ = ()


class Eigenvalue(Node):
    """The largest or smallest eigenvalue of the symmetric part of X. data = ("max" | "min",)."""

    __slots__ = ()


class Eigenvector(Node):
    """A unit eigenvector of the largest or smallest eigenvalue of the symmetric part of X. data = ("max" | "min",)."""

    __slots__ = ()


class Eigengap(Node):
    """(s I - X)^+ for the largest or smallest eigenvalue s of the symmetric part X. data = ("max" | "min",)."""

    __slots__ = ()


class PseudoInverse(Node):
    """X^+, the Moore-Penrose inverse."""

    __slots__ = ()


class MatrixExponential(Node):
    """e^X of a square matrix."""

    __slots__ = ()


class TraceExponential(Node):
    """tr e^X, whose differential is known while that of e^X is not."""

    __slots__ = ()


class Applied(Node):
    """An operation that a user declared with `sn.rule`. data = (name,)."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return str(self.data[0])


class Differential(Node):
    """dX: a placeholder of the shape of X, in which a differential is linear."""

    __slots__ = ()
    shaped_by_args = True


class Inner(Node):
    """<U, V> = tr(U'V), as it is written on the lines of a derivation."""

    __slots__ = ()
    shaped_by_args = True
