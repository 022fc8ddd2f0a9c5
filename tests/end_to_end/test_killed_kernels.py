"""A kernel that is killed at any moment of a search, and a fresh one that runs the same cells."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import hypertemplate
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import holds_study, read_study
from tests.api.support import Modules, modules
from tests.frontend.kernels import Kernel, started

__all__ = ["modules"]

pytestmark = [pytest.mark.kernel, pytest.mark.long]

TRIAL_S = 0.06

CODE = """\
import time
from pathlib import Path

trial_s = {trial_s}
offsets = [1.0, 2.0, 3.0]

def data():
    return offsets, trial_s

def model(offsets, trial_s):
    x = {{{{uniform(-5, 5)}}}}
    y = {{{{choice([0, 1, 2])}}}}
    with open({log!r}, 'a') as log:
        print(repr(x), file=log)
    time.sleep(trial_s)
    return {{'loss': (x - offsets[y]) ** 2, 'model': [x, y]}}
"""

TUNE = """\
import hypertemplate
_study = hypertemplate.tune(model, data=data, study='m.study', max_evals={count}, algo='random')
"""

MINIMIZE = """\
from hyperopt import Trials as _Trials
from hypertemplate import optim as _optim
_trials = _Trials()
_best, _model = _optim.minimize(model, data, 'random', {count}, _trials, study='m.study')
assert len(_trials.losses()) == {count}
"""


class Notebook:
    """A notebook whose search is in a folder, and the kernels that run it one after another."""

    def __init__(self, folder: Path, search: str, count: int) -> None:
        folder.mkdir()
        self.folder = folder
        self.log = folder / "evaluated.txt"
        self.code = CODE.format(trial_s=TRIAL_S, log=str(self.log))
        self.count = count
        self.search = search.format(count=count)

    @property
    def kept(self) -> Kept | None:
        folder = self.folder / "m.study"
        return read_study(folder) if holds_study(folder) else None

    @property
    def ended(self) -> int:
        kept = self.kept
        return 0 if kept is None else len(kept.study.trials)

    def to_the_end(self) -> None:
        with started(self.folder) as kernel:
            kernel.run(self.code, self.search)

    def killed(self, moments: random.Random, *, after: int) -> None:
        """Run the cells, and kill the kernel at a moment after so many more trials, or while it loads."""
        before = self.kept
        with started(self.folder) as kernel:
            kernel.run(self.code)
            kernel.begin(self.search)
            if after:
                self._wait(kernel, self.ended + after)
                time.sleep(moments.random() * 1.2 * TRIAL_S)
            else:
                time.sleep(moments.random() * 0.25)
            kernel.kill()
        now = self.kept
        if before is not None:
            assert now is not None
            assert now.study.trials[: len(before.study.trials)] == before.study.trials

    def _wait(self, kernel: Kernel, ended: int) -> None:
        until = time.monotonic() + 60
        while self.ended < ended:
            assert time.monotonic() < until
            time.sleep(0.01)

    def on_the_command_line(self, count: int) -> None:
        (self.folder / "model.py").write_text(self.code)
        options = ["--study", "m.study", "--algo", "random", "--max-evals", str(count)]
        command = [sys.executable, "-m", "hypertemplate", "run", "model.py", *options]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=120)

    def check(self, expected: Kept, *, kills: int) -> None:
        """The trials are the expected ones; none that had ended was evaluated again."""
        kept = self.kept
        assert kept is not None
        assert (kept.running, kept.damage) == ((), "")
        found, wanted = (
            [(trial.number, trial.state, trial.params, trial.loss) for trial in one.study.trials]
            for one in (kept, expected)
        )
        assert found == wanted
        evaluated = self.log.read_text().splitlines()
        assert len(set(evaluated)) == self.count
        assert len(evaluated) <= self.count + kills
        best = min(kept.study.trials, key=lambda trial: trial.loss or 0.0)
        assert [*kept.models] == [best.number]
        assert (self.folder / "m.study" / kept.models[best.number]).exists()


def uninterrupted(folder: Path, count: int, modules: Modules) -> Kept:
    """The study of a search in this process that nothing ends."""
    loaded = modules(CODE.format(trial_s=0, log=str(folder / "whole.txt")))
    whole = folder / "whole.study"
    hypertemplate.tune(
        loaded.model, data=loaded.data, study=whole, max_evals=count, algo="random", verbose=False
    )
    return read_study(whole)


@pytest.mark.parametrize("search", [pytest.param(TUNE, id="tune"), pytest.param(MINIMIZE, id="minimize")])
@pytest.mark.parametrize(
    "kills", [pytest.param(1, id="once"), pytest.param(20, id="many times", marks=pytest.mark.slow)]
)
def test_a_kernel_that_is_killed_loses_no_trial(
    search: str, kills: int, tmp_path: Path, modules: Modules
) -> None:
    count = 4 + 3 * kills
    expected = uninterrupted(tmp_path, count, modules)
    notebook = Notebook(tmp_path / "killed", search, count)
    moments = random.Random(f"{search} {kills}")
    for kill in range(kills):
        notebook.killed(moments, after=0 if kill % 4 == 3 else 1 + kill % 2)
    notebook.to_the_end()
    notebook.check(expected, kills=kills)


@pytest.mark.slow
def test_a_study_goes_from_a_killed_kernel_to_the_command_line_and_back(
    tmp_path: Path, modules: Modules
) -> None:
    expected = uninterrupted(tmp_path, 14, modules)
    notebook = Notebook(tmp_path / "there-and-back", TUNE, 14)
    moments = random.Random(5)
    notebook.killed(moments, after=2)
    notebook.on_the_command_line(8)
    notebook.killed(moments, after=1)
    notebook.on_the_command_line(12)
    notebook.to_the_end()
    notebook.check(expected, kills=2)
