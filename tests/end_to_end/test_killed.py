"""A search whose driver is killed again and again ends with the trials of one that was left alone."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import holds_study, read_study
from hypertemplate.search.study import Trial, TrialState

TEMPLATE = """\
import os, time

def model():
    x = {{uniform(-5, 5)}}
    y = {{choice([1, 2, 3])}}
    z = {{loguniform(-3, 1)}}
    time.sleep(float(os.environ["TRIAL_S"]))
    return (x - y) ** 2 + z
"""
TRIALS = 60
TRIAL_S = 0.12
"""Long enough that a search cannot come to its end between so many kills."""

GIVEN_UP = "the search was killed 2 times while this trial ran"

LINE = re.compile(r" +(\d+) +(\S+) +\S+ +(?:[\d.]+s|-)  ")
"""What is printed of a trial that has ended: its number, and its loss or that it failed."""

HEAD = re.compile(r"^trial  .*\n", re.MULTILINE)
"""What is printed before the first trial."""


@dataclass(frozen=True)
class Moment:
    """When a driver is killed: so many seconds after it has printed this; after its start, if that is None."""

    printed: re.Pattern[str] | None
    after_s: float


def anywhere(moments: random.Random) -> Moment:
    """Also while it loads, where no trial runs yet, and while the same trial runs for the second time."""
    if moments.random() < 0.3:
        return Moment(None, moments.uniform(0, 1.5))
    return Moment(HEAD, moments.uniform(0, 1.5 * TRIAL_S))


def after_a_trial(moments: random.Random) -> Moment:
    """So that no trial runs at two deaths: soon after one has ended."""
    return Moment(LINE, moments.random() ** 3 * 1.5 * TRIAL_S)


class Searched:
    """One study in a folder, and the sessions in which it was searched."""

    def __init__(self, folder: Path, algorithm: str) -> None:
        folder.mkdir()
        (folder / "model.py").write_text(TEMPLATE, encoding="utf-8")
        options = ["--algo", algorithm, "--max-evals", str(TRIALS)]
        self.command = [sys.executable, "-u", "-m", "hypertemplate", "run", "model.py", *options]
        self.folder = folder

    @property
    def kept(self) -> Kept:
        return read_study(self.folder / "model.study")

    @contextlib.contextmanager
    def driver(self, trial_s: float) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
        environment = {**os.environ, "TRIAL_S": str(trial_s)}
        with subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stderr is not None
            try:
                yield process, process.stderr
            finally:
                process.kill()

    def to_the_end(self) -> None:
        with self.driver(0) as (process, stderr):
            printed = stderr.read()
            assert process.wait() == 0, printed
        self.check(printed)

    def kill(self, moment: Moment) -> None:
        printed = ""
        with self.driver(TRIAL_S) as (process, stderr):
            while moment.printed is not None and not moment.printed.search(printed):
                line = stderr.readline()
                assert line, f"it ended by itself:\n{printed}"
                printed += line
            time.sleep(moment.after_s)
            process.kill()
            printed += stderr.read()
            assert process.wait() == -signal.SIGKILL, f"it ended before it was killed:\n{printed}"
        self.check(printed)

    def check(self, printed: str) -> None:
        """Whatever was reported as done is there."""
        if not holds_study(self.folder / "model.study"):
            assert not LINE.search(printed)
            return
        kept = {trial.number: trial for trial in self.kept.study.trials}
        for number, loss in LINE.findall(printed):
            trial = kept[int(number)]
            assert (f"{trial.loss:#.5g}" if trial.loss is not None else "failed") == loss


def of(trial: Trial) -> tuple[int, dict[str, float], float | None]:
    return trial.number, dict(trial.params), trial.loss


@pytest.mark.long
@pytest.mark.parametrize(
    ("algorithm", "kills"),
    [
        pytest.param("random", 8, id="a few times"),
        pytest.param("random", 30, id="many times", marks=pytest.mark.slow),
        pytest.param("tpe", 30, id="many times, with an algorithm that learns", marks=pytest.mark.slow),
    ],
)
def test_a_driver_that_is_killed(algorithm: str, kills: int, tmp_path: Path) -> None:
    alone = Searched(tmp_path / "alone", algorithm)
    alone.to_the_end()
    killed = Searched(tmp_path / "killed", algorithm)
    moments = random.Random(kills)
    for _ in range(kills):
        killed.kill(anywhere(moments) if algorithm == "random" else after_a_trial(moments))
    killed.to_the_end()
    assert killed.kept.running == ()
    found = killed.kept.study.trials
    assert [trial.number for trial in found] == list(range(TRIALS))
    given_up = [trial for trial in found if trial.state is not TrialState.COMPLETE]
    assert [(trial.state, trial.error) for trial in given_up] == [(TrialState.FAILED, GIVEN_UP)] * len(
        given_up
    )
    assert not given_up or algorithm == "random"
    ended = {trial.number: of(trial) for trial in found if trial not in given_up}
    expected = {trial.number: of(trial) for trial in alone.kept.study.trials}
    assert ended == {number: trial for number, trial in expected.items() if number in ended}
    assert [trial.params for trial in found] == [trial.params for trial in alone.kept.study.trials]
