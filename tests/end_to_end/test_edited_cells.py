"""A template in cells of a kernel that are edited and run again between two searches of one study."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.frontend.kernels import started

pytestmark = [pytest.mark.kernel, pytest.mark.long]

HELPER = "def scaled(x):\n    return 2 * x"

MODEL = """\
def data():
    return 1

def model(one):
    rate = {{{{uniform(0, {top})}}}}
    units = {units}
    bonus = one
    if {{{{choice([1, 2], name='opt')}}}} == 2:
        bonus = {bonus}
    return scaled(rate) * units + bonus
"""

SEARCH = """\
import hypertemplate as _hypertemplate
_hypertemplate.tune(model, data=data, study='m.study', max_evals={}, algo='random', rerun_equal=True)
"""

BEFORE = {"top": 0.5, "units": "128", "bonus": 2}
MARKED = {**BEFORE, "top": 0.8, "units": "{{choice([64, 128])}}"}


def test_edited_cells_are_judged_as_a_file_is(tmp_path: Path) -> None:
    with started(tmp_path) as kernel:
        kernel.run(HELPER, MODEL.format(**BEFORE), SEARCH.format(4))
        before = read_study(tmp_path / "m.study").study
        kernel.run(MODEL.format(**MARKED), HELPER, SEARCH.format(5))  # the helper's cell comes below now
        marked = read_study(tmp_path / "m.study").study
        kernel.run(MODEL.format(**{**MARKED, "bonus": 3}), SEARCH.format(6))
        branch = read_study(tmp_path / "m.study").study
        kernel.run(MODEL.format(**MARKED).replace("* units", "/ units"))
        error = kernel.error_of(SEARCH.format(7))
    assert [(trial.loss, trial.params["units"]) for trial in marked.trials[:4]] == [
        (trial.loss, 1) for trial in before.trials
    ]
    assert {trial.params["opt"] for trial in branch.left_out} == {1}
    assert {trial.params["opt"] for trial in branch.trials if trial.number < 5} == {0}
    assert error.startswith("UsageError: the notebook changed, and none of 6 trials would count any more\n")


IN_ONE_CELL = "import numpy as np\nnp.random.seed(0)\ndef model():\n    return float({{{{uniform(0, {})}}}} + np.random.rand())"
TUNE = "import hypertemplate\nhypertemplate.tune(model, study='m.study', max_evals={}, algo='random')"


def test_a_cell_that_runs_again_stands_in_the_place_of_its_older_version(tmp_path: Path) -> None:
    with started(tmp_path) as kernel:
        kernel.run(IN_ONE_CELL.format(1), TUNE.format(3))
        kernel.run(IN_ONE_CELL.format(2), TUNE.format(4))
    with started(tmp_path) as kernel:
        kernel.run(IN_ONE_CELL.format(2), TUNE.format(5))
        kernel.run(IN_ONE_CELL.format(2).replace("seed(0)", "seed(1)"))
        error = kernel.error_of(TUNE.format(6))
    assert [trial.number for trial in read_study(tmp_path / "m.study").study.trials] == [0, 1, 2, 3, 4]
    assert "line 2 of In [3] changed: all 5 trials are left out" in error
