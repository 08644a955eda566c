"""Colours: only on a terminal, and never other characters."""

from __future__ import annotations

import io
import sys

import pytest

import symnorm as sn
from symnorm.cli.terminal import show, styled

rich = pytest.importorskip("rich")
PAGE = sn.derive(sn.parse("norm1(x - A*x)"), "x").text()
WRONG = sn.verify("x'*A*x", "2*A*x", wrt="x").explain()


def parts(text: str, style: str) -> list[str]:
    return [text[s.start : s.end] for s in styled(text).spans if s.style == style]


def test_the_result_and_the_reasons_of_a_page() -> None:
    assert parts(PAGE, "bold") == ["grad f(x) = (eye - A)'*s = (eye - A)'*sign(x - A*x)"]
    reasons = [p.strip() for p in parts(PAGE, "cyan")]
    assert reasons == ["1-norm, every r_i != 0", "dr = (eye - A)*dx", "adjoint of eye - A"]
    assert styled(PAGE).plain == PAGE


def test_a_wrong_verdict() -> None:
    assert [p.strip() for p in parts(WRONG, "bold red")] == [
        "wrong", "slip: symmetrise", "> 3     = <(A + A')*x, dx>          collect dx"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_only_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    show(PAGE)
    assert capsys.readouterr().out == PAGE + "\n"
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    show(PAGE)
    assert "\x1b[1m" in terminal.getvalue()
