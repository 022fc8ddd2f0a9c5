"""Arrays that trials change in place, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studies import study_data

from .conftest import Cli, Template

BESIDE = "def grow(x):\n    x += 1\n"
"""A file that the compiler does not read."""

LARGE = """
    import numpy as np
    from beside import grow
    def data():
        print("loads")
        return np.zeros(17_000_000), 0
    def model(x, rate):
        grow(x)
        return x[-1] + {{uniform(0, 1)}} * rate
"""
"""136 MB, of which no copy is kept."""

SMALL = LARGE.replace("17_000_000", "1_000")


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        pytest.param(
            SMALL,
            [
                "note: 'x' was changed in place by trial 0; it is put back before each trial. "
                "Copy it in the model instead: x = x.copy()"
            ],
            id="put back",
        ),
        pytest.param(
            LARGE,
            [
                "note: 'x' was changed in place by trial 0 and cannot be put back: the program is loaded anew; "
                "copy it in the model instead: x = x.copy()",
                "note: worker 0 is replaced: trial 0 changed 'x', which cannot be put back",
            ],
            id="loaded anew",
        ),
    ],
)
def test_each_trial_begins_with_the_same_array(
    text: str, notes: list[str], cli: Cli, template: Template, here: Path
) -> None:
    template(BESIDE, "beside.py")
    ran = cli("run", template(text), "--max-evals", "3", "--study", "study")
    assert ran.status == 0, ran.err
    assert [trial["loss"] for trial in study_data(here / "study")["trials"]] == [1.0] * 3
    assert [line for line in ran.err.splitlines() if "changed" in line] == notes


def test_data_that_the_model_changes_is_loaded_once_and_put_back(
    cli: Cli, template: Template, here: Path
) -> None:
    template(BESIDE, "beside.py")
    changed = SMALL.replace("grow(x)", "x[-1] += 1; rate += 0").replace("17_000_000", "500_000")
    ran = cli("run", template(changed), "--max-evals", "3", "--study", "study")
    assert ran.status == 0, ran.err
    assert [trial["loss"] for trial in study_data(here / "study")["trials"]] == [1.0] * 3
    assert output_of_trials(here) == [""] * 3
    assert "data() runs anew" not in ran.err


def test_data_that_the_model_changes_is_loaded_anew_if_it_is_too_large_for_a_copy(
    cli: Cli, template: Template, here: Path
) -> None:
    template(BESIDE, "beside.py")
    ran = cli("run", template(LARGE.replace("grow(x)", "x += 1")), "--max-evals", "3", "--study", "study")
    assert ran.status == 0, ran.err
    assert [trial["loss"] for trial in study_data(here / "study")["trials"]] == [1.0] * 3
    assert output_of_trials(here) == ["loads\n"] * 3
    said = "note: data() runs anew for each trial, since model() changes what it returns; "
    said += "copy that in the model first to load it once"
    assert [line for line in ran.err.splitlines() if "data()" in line] == [said]


def output_of_trials(folder: Path) -> list[str]:
    """What each of three trials has printed."""
    trials = folder / "study" / "trials"
    return [(trials / f"000{number}" / "output.log").read_text() for number in range(3)]
