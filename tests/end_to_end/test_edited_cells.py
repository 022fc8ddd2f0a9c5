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
