"""A data function that shares a random generator with the trial, and so runs in each: a note says so."""

from __future__ import annotations

import pytest

from hypertemplate.search.new_study import default_notes, new_study
from tests.compiler.support import compiled

TEXT = """\
import numpy as np
rng = np.random.default_rng(3)
def data():
    return DATA
def model(x):
    return x * {{uniform(0, 1)}} + MODEL
"""


@pytest.mark.parametrize(
    ("data", "model", "told"),
    [
        pytest.param("rng.normal()", "rng.normal()", True, id="both draw from it"),
        pytest.param(
            "np.random.default_rng(3).normal()", "rng.normal()", False, id="the data have their own"
        ),
        pytest.param("rng.normal()", "1", False, id="only the data draw"),
        pytest.param("{{uniform(0, 1)}}", "rng.normal()", False, id="a marker in the data"),
    ],
)
def test_a_note_names_the_line_of_what_is_shared(data: str, model: str, told: bool) -> None:
    program = compiled(TEXT.replace("DATA", data).replace("MODEL", model), model="model", data="data")
    note = "data() runs anew for each trial, since the trial uses 'rng' (line 2) too: make one inside it to load once"
    notes = default_notes(program, new_study(program), max_evals=50, algorithm="random", seed=1)
    assert notes == ([note] if told else [])
