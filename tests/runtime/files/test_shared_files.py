"""Trials in one process, which share their files: a note says what one of them reads of another's."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.executors.base import Event
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.runtime.files.shared_files import SharedFiles
from hypertemplate.runtime.files.trial_files import running
from hypertemplate.runtime.protocol import Finished, Run, RuntimeOptions
from tests.runtime.programs import program

REST = "trials in one process share their files; write to another path in each trial, or run them in workers"

Code = Callable[[int], Any]


def notes_of(code: Code, here: Path, trials: int = 2) -> list[str]:
    shared = SharedFiles(program(folder=here))
    noted: list[str] = []
    for number in range(trials):
        with running(number, "", {}, str(here), shared) as notes:
            code(number)
        noted += notes
    return noted


def only_the_first(number: int) -> None:
    """As a checkpoint that a worse trial does not write."""
    if number == 0:
        Path("best.txt").write_text("0")
    Path("best.txt").read_text()


def only_changed(number: int) -> None:
    if number == 0:
        Path("best.txt").write_text("0")
    with open("best.txt", "r+") as file:
        file.read()


def through_numpy(number: int) -> None:
    np.save("best.npy" if number == 0 else "other.npy", number)
    np.load("best.npy")


def appended(number: int) -> None:
    with open("log.txt", "a") as file:
        file.write("1\n")
    Path("log.txt").read_text()


def globbed(number: int) -> None:
    os.makedirs("points", exist_ok=True)
    Path("points", f"{2 - number}.txt").write_text("")
    glob.glob("points/*.txt")


def moved(number: int) -> None:
    if number == 0:
        Path("partial").write_text("")
        os.replace("partial", "best.txt")
    Path(os.path.abspath("best.txt")).read_text()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param(only_the_first, "best.txt", id="a file that this trial has not written"),
        pytest.param(only_changed, "best.txt", id="a file that this trial changes"),
        pytest.param(through_numpy, "best.npy", id="through a library"),
        pytest.param(appended, "log.txt", id="a log"),
        pytest.param(globbed, "points/2.txt", id="a folder"),
        pytest.param(moved, "best.txt", id="a file that was moved there, by an absolute path"),
    ],
)
def test_what_another_trial_wrote_is_noted_once(code: Code, name: str, here: Path, doors: None) -> None:
    assert notes_of(code, here, 3) == [f"trial 1 reads {name!r}, which trial 0 wrote: {REST}"]


def written_first(number: int) -> None:
    Path("best.txt").write_text(str(number))
    assert Path("best.txt").read_text() == str(number)


def looked_for(number: int) -> None:
    if os.path.exists("best.txt"):
        os.remove("best.txt")
    written_first(number)
    assert "best.txt" in os.listdir()


def only_appended(number: int) -> None:
    with open("log.txt", "a") as file:
        file.write("1\n")


def cached(number: int) -> None:
    joblib.Memory("cache", verbose=0).cache(abs)(-1)


def hidden(number: int) -> None:
    Path(".cache").mkdir(exist_ok=True)
    path = Path.cwd() / ".cache" / "fonts.txt"
    if number == 0:
        path.write_text("")
    path.read_text()


def linked(number: int) -> None:
    written_first(number)
    Path("link").unlink(missing_ok=True)
    os.symlink("best.txt", "link")
    Path("link").read_text()


@pytest.mark.parametrize("code", [written_first, looked_for, only_appended, cached, hidden, linked])
def test_nothing_else_is_noted(code: Code, here: Path, doors: None) -> None:
    assert notes_of(code, here) == []


TEMPLATE = """\
import os

def model():
    rate = {{uniform(0, 1)}}
    if not os.path.exists('best.txt'):
        with open('best.txt', 'w') as file:
            file.write(str(rate))
    with open('best.txt') as file:
        return float(file.read())
"""


def test_a_search_in_its_own_process_names_the_line(here: Path, loading: None) -> None:
    source = Source((Part("file", "model.py", TEMPLATE),), str(here / "model.py"))
    executor = InlineExecutor(compile_source(source), RuntimeOptions(1), values={})
    noted: list[tuple[str, ...]] = []

    def take(event: Event) -> None:
        if isinstance(event.message, Finished):
            noted.append(event.message.notes)

    executor.start()
    executor.attend(take)
    for number in range(2):
        executor.send(0, Run(number, {"rate": 0.5}, 1))
        executor.attend(take)
    executor.close()
    assert noted == [(), (f"trial 1 reads 'best.txt' (model.py:8), which trial 0 wrote: {REST}",)]
