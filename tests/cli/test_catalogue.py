"""`symnorm list` and `symnorm explain`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from symnorm.cli.main import cli
from symnorm.language.functions import FUNCTIONS
from symnorm.rendering.laws import law_text
from symnorm.rules.rule import DIFFERENTIALS


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_every_rule_is_listed() -> None:
    code, out, _ = run("list", "rules")
    assert code == 0
    assert all(law_text(rule.law) in out and rule.name in out for rule in DIFFERENTIALS.rules.values())
    assert run("list")[1] == out


def test_every_function_is_listed_with_its_meaning() -> None:
    code, out, _ = run("list", "functions")
    assert code == 0
    assert len(out.splitlines()) == len(FUNCTIONS) + 1
    assert all(line.split("  ", 1)[1].strip() for line in out.splitlines())


@pytest.mark.parametrize("name", ["log-determinant", "logdet", "LogDet", "log determinant"])
def test_a_rule_is_found_by_any_of_its_names(name: str) -> None:
    code, out, _ = run("explain", name)
    assert code == 0
    assert "where U is invertible" in out


def test_a_name_that_several_rules_share_shows_them_all() -> None:
    assert run("explain", "product rule")[1].count("law ") >= 4


def test_an_unknown_rule_gets_a_suggestion() -> None:
    code, out, err = run("explain", "logdett")
    assert (code, out) == (2, "")
    assert "did you mean 'LogDet'?" in err
