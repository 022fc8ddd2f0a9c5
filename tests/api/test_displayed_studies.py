"""Studies that display themselves in a notebook: once, and not below the view of their own search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.frontend import ipython
from tests.shells import run, started

MODEL = """
import hypertemplate

def model():
    return {{uniform(0, 1)}}
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A shell that shows HTML as a notebook does."""
    monkeypatch.setattr(ipython, "shows_html", lambda: True)
    with started(tmp_path) as shell:
        run(shell, "%load_ext hypertemplate")
        run(shell, MODEL)
        yield shell
        run(shell, "%unload_ext hypertemplate")


@pytest.fixture
def bundles(shell: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the last line of each cell displays."""
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(shell.displayhook, "write_format_data", lambda data, md=None: shown.append(data))
    return shown


SEARCH = "study = hypertemplate.tune(model, max_evals=2)\n"


@pytest.mark.parametrize("last", ["study", "hypertemplate.tune(model, max_evals=2)"])
def test_a_study_below_the_view_of_its_search_is_not_shown_again(
    shell: Any, bundles: list[dict[str, Any]], last: str
) -> None:
    run(shell, SEARCH + last)
    assert bundles == []


def test_a_study_in_a_later_cell_shows_itself(shell: Any, bundles: list[dict[str, Any]]) -> None:
    run(shell, SEARCH)
    for _ in range(2):
        run(shell, "study")
    assert ["text/html" in one for one in bundles] == [True, True]


def test_a_study_whose_search_showed_nothing_shows_itself(shell: Any, bundles: list[dict[str, Any]]) -> None:
    run(shell, "study = hypertemplate.tune(model, max_evals=2, verbose=False)\nstudy")
    assert ["text/html" in one for one in bundles] == [True]
