"""Which temporaries may be written over, and which are: large ones that nothing reads afterwards."""

from __future__ import annotations

from collections import Counter

from .value import FACTORS, VIEWS, Value

LARGE = 1024
"""From this number of entries on, temporaries are used again."""
COPIED = 40_000
"""Up to this number of entries, copying a transpose takes less time than a walk in two orders."""
IN_PLACE = {"add": "+=", "subtract": "-=", "multiply": "*=", "divide": "/="}
OUT = frozenset({"exp", "log", "sin", "cos", "tanh", "sqrt", "log1p", "abs", "negate", "square", "sinh", "cosh"})


class Reuse:
    """What is known of the values of one function: how often and by what they are read, and which have names."""

    def __init__(self, order: list[Value], results: list[Value], hoists: set[Value], in_place: bool) -> None:
        self.results, self.hoists, self.in_place = results, hoists, in_place
        self.named: set[Value] = set()
        self.uses = Counter(a for v in order for a in v.args)
        self.uses.update(results)
        self.readers: dict[Value, list[Value]] = {}
        for v in order:
            for a in dict.fromkeys(v.args):
                self.readers.setdefault(a, []).append(v)

    def reused(self, value: Value) -> bool:
        """Will the consumer write over this temporary, or is it written over its own operand?"""
        if not self.in_place or value.size < LARGE:
            return False
        consumer = self.readers.get(value, [None])[-1]
        if self.owned_operand(value) is not None:
            return True
        return consumer is not None and self.owned_operand(consumer) is value

    def owned_operand(self, value: Value) -> Value | None:
        """The operand that may be overwritten with the value."""
        if value.size < LARGE or not self.in_place:
            return None
        candidates = value.args if value.op in IN_PLACE else value.args[:1] if value.op in OUT else ()
        for operand in candidates:
            if operand.shape == value.shape and self.is_free(operand, value):
                return operand
        return None

    def is_free(self, operand: Value, by: Value | None = None) -> bool:
        """Is the operand an array of its own that nothing reads after `by`?"""
        if operand.op == "reshape":
            return self.uses[operand] == 1 and self.is_free(operand.args[0])
        if operand.op in VIEWS or operand.op in ("argument", "number", "applied") or operand in self.hoists:
            return False
        if self.uses[operand] == 1:
            return True
        return by is not None and operand in self.named and operand not in self.results and all(
            self._is_read_by(reader, by) for reader in self.readers[operand])

    def _is_read_by(self, reader: Value, by: Value) -> bool:
        """Is a value that reads an array computed, at the latest as part of the line of `by`?"""
        while reader is not by:
            if reader.op in FACTORS or reader.op == "applied":
                return False
            if reader in self.named:
                return reader.op not in VIEWS
            if self.uses[reader] > 1 or reader.index > by.index or reader not in self.readers:
                return False
            reader = self.readers[reader][0]
        return True

    def turned_term(self, value: Value) -> Value | None:
        """The transpose in a sum of a small matrix and a transpose, which are in different order in memory."""
        if value.op != "add" or value.size > COPIED or not self.in_place or self.owned_operand(value):
            return None
        turned = [a for a in value.args if a.op == "transpose" and a.shape == value.shape]
        return turned[0] if len(turned) == 1 and all(a.shape == value.shape for a in value.args) else None
