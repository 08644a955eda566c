"""The committed derivations are what the project writes today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from .examples import ROOT, SOURCES


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_derivations", ROOT / "derivations" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_same(path: Path) -> None:
    for name, text in builder().pages(path).items():
        assert (ROOT / "derivations" / name).read_text(encoding="utf-8") == text, "run python derivations/build.py"


def test_index() -> None:
    assert (ROOT / "derivations" / "README.md").read_text(encoding="utf-8") == builder().index()
