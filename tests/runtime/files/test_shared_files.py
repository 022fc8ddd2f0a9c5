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
from hypertemplate.runtime.files import current_view, shared_files
from hypertemplate.runtime.files.shared_files import SharedFiles
from hypertemplate.runtime.files.trial_files import running
from hypertemplate.runtime.protocol import Finished, Run, RuntimeOptions
from tests.runtime.programs import program

REST = "trials in one process share their files; write to another path in each trial, or run them in workers"

Code = Callable[[int], Any]


def notes_of(code: Code, here: Path, trials: int = 2, *, folder: str = "") -> list[str]:
    shared = SharedFiles(program(folder=here))
    noted: list[str] = []
    for number in range(trials):
        with running(number, folder, {}, str(here), shared) as notes:
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


PROGRAM = "let each trial copy it to trial.folder, and have the program change the copy"
BEFORE_THE_END = (
    f"which another program changes before the trial ends: later trials read what it leaves; {PROGRAM}"
)


@pytest.fixture
def data(here: Path, doors: None) -> Path:
    """A file of the user's."""
    path = here / "data.csv"
    path.write_text("3\n1\n2\n")
    return path


def by_another_program(text: str, path: str = "data.csv") -> None:
    with current_view.behind():
        Path(path).write_text(text)


def sorted_afterwards(number: int) -> None:
    Path("data.csv").read_text()
    by_another_program("1\n2\n3\n")


def by_absolute_path(number: int) -> None:
    with open(os.path.abspath("data.csv"), "rb") as file:
        file.read()
    by_another_program("1\n")


def as_text_of_numpy(number: int) -> None:
    np.loadtxt("data.csv")
    by_another_program("1\n2\n3\n")


def removed(number: int) -> None:
    if number == 0:
        Path("data.csv").read_text()
        with current_view.behind():
            Path("data.csv").unlink()


@pytest.mark.parametrize("folder", ["", "trials/0000"], ids=["in one process", "in a folder of its own"])
@pytest.mark.parametrize("code", [sorted_afterwards, by_absolute_path, as_text_of_numpy, removed])
def test_a_file_that_another_program_changes_under_a_trial_is_noted_once(
    code: Code, folder: str, data: Path, here: Path
) -> None:
    noted = notes_of(code, here, 3, folder=str(here / folder) if folder else "")
    assert noted == [f"trial 0 reads 'data.csv', {BEFORE_THE_END}"]


def changed_between(number: int) -> None:
    if number == 1:
        by_another_program("1\n2\n3\n")
    Path("data.csv").read_text()


def test_a_file_that_is_changed_between_two_trials_is_noted_once(data: Path, here: Path) -> None:
    assert notes_of(changed_between, here, 3) == [
        f"trial 1 reads 'data.csv', which has changed since trial 0 read it: {PROGRAM}"
    ]


def written_again(number: int) -> None:
    Path("data.csv").read_text()
    by_another_program("3\n1\n2\n")


def grown_by_itself(number: int) -> None:
    """As a log, which in a worker is the trial's own where it reads it."""
    Path("data.csv").read_text()
    with open("data.csv", "a") as file:
        file.write("1\n")


def of_a_cache(number: int) -> None:
    cached(number)
    by_another_program("", "cache/joblib/index")


@pytest.mark.parametrize("code", [written_again, of_a_cache])
@pytest.mark.parametrize("folder", ["", "trials/0000"], ids=["in one process", "in a folder of its own"])
def test_a_file_with_the_same_contents_and_a_cache_are_not_noted(
    code: Code, folder: str, data: Path, here: Path
) -> None:
    assert notes_of(code, here, 3, folder=str(here / folder) if folder else "") == []


def test_a_log_that_trials_read_is_no_file_of_another_program(data: Path, here: Path) -> None:
    noted = notes_of(grown_by_itself, here, 3, folder=str(here / "trials" / "0000"))
    assert not any("program" in note for note in noted)


def test_of_many_files_the_first_are_watched(data: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_files, "MOST", 1)
    Path("first.csv").write_text("1")

    def both(number: int) -> None:
        Path("first.csv").read_text()
        sorted_afterwards(number)

    assert notes_of(both, here) == []


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
