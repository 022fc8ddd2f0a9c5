"""`compare`: studies side by side."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.exports.studies import KEPT, NOTHING, stored


def test_studies_side_by_side(cli: Cli) -> None:
    stored(Path("a.study"), KEPT)
    stored(Path("b.study"), replace(NOTHING, running=()))
    ran = cli("compare", "a.study", "b.study")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[0].split() == ["a.study", "●", "b.study"]
    assert ran.out.endswith("● a.study has the best val_loss\n")
    data = json.loads(cli("compare", "a.study", "b.study", "--format", "json").out)
    assert data["best"] == ["a.study"]
    assert [one["folder"] for one in data["studies"]] == ["a.study", "b.study"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "Missing argument 'STUDY STUDY...'", id="no study"),
        pytest.param(
            ["a.study"],
            "name another study to compare a.study with, or show it alone: hypertemplate show a.study",
            id="one study",
        ),
        pytest.param(["a.study", "c.study"], "c.study", id="a study that is missing"),
    ],
)
def test_what_cannot_be_compared_is_refused(cli: Cli, arguments: list[str], said: str) -> None:
    stored(Path("a.study"), KEPT)
    ran = cli("compare", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
