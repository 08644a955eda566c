"""The frame of the project agrees with itself: README, metadata, extras, version."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")

DERIVE = ('python3 -m venv .venv && .venv/bin/pip install -q -e . && '
          '.venv/bin/symnorm derive "norm1(x - A*x)" --wrt x')
TEST = 'python3 -m venv .venv && .venv/bin/pip install -q -e ".[test]" && .venv/bin/python -m pytest -q'


def test_readme_opens_with_the_two_commands() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert commands == [DERIVE, TEST]


def test_ci_takes_the_test_command_from_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "grep -m 1 '^python3 -m venv .*pytest' README.md" in script


def test_extra_and_group_agree() -> None:
    assert PROJECT["project"]["optional-dependencies"]["test"] == PROJECT["dependency-groups"]["test"]


def test_test_extra_holds_the_optional_packages_that_tests_use() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert set(extras["render"] + extras["scipy"]) <= set(extras["test"])


def test_version_is_written_once() -> None:
    from symnorm.version import __version__

    assert "version" in PROJECT["project"]["dynamic"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "symnorm/version.py"
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_package_says_that_it_is_typed() -> None:
    assert (ROOT / "symnorm" / "py.typed").exists()


def test_help_imports_neither_sympy_nor_numpy() -> None:
    code = ("import sys; sys.argv = ['symnorm', '--help']\n"
            "from symnorm.cli.main import cli\n"
            "cli(standalone_mode=False)\n"
            "assert not {'sympy', 'numpy'} & set(sys.modules), 'imported for --help'\n")
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stderr
