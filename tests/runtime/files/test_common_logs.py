"""Files that trials append to: one for all, and each trial's own where the trial reads it."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hypertemplate.runtime.files import current_view
from hypertemplate.runtime.files.trial_files import running

Trial = Callable[[int], AbstractContextManager[list[str]]]

NOTE = "trials append to 'log.txt' and read it: each finds the lines from before the search and its own"


@pytest.fixture
def trial(here: Path, doors: None, study: Path) -> Trial:
    """A context in which a trial runs, which gives the notes."""
    return lambda number: running(number, str(study / f"{number:04}"), {}, str(here))


def append(text: str, path: Any = "log.txt", mode: str = "a") -> None:
    with open(path, mode) as file:
        file.write(text)


def theirs(path: Path) -> str:
    with current_view.behind():
        return path.read_text()


def test_what_is_only_appended_to_is_one_file_for_all_trials(here: Path, study: Path, trial: Trial) -> None:
    for number in range(3):
        with trial(number) as notes:
            if not os.path.exists("log.txt"):
                append("header\n")
            handler = logging.FileHandler("train.log")
            handler.emit(logging.makeLogRecord({"msg": f"trial {number}"}))
            handler.close()
            pd.DataFrame({"x": [number]}).to_csv("table.csv", mode="a", header=False, index=False)
            append(f"{number}\n")
            assert notes == []
            assert theirs(here / "log.txt").endswith(f"{number}\n")
    assert (here / "log.txt").read_text() == "header\n0\n1\n2\n"
    assert (here / "train.log").read_text() == "trial 0\ntrial 1\ntrial 2\n"
    assert (here / "table.csv").read_text() == "0\n1\n2\n"
    assert [path.name for path in study.rglob("*") if path.is_file()] == [".appended.json"]


def test_a_line_is_there_as_soon_as_it_is_flushed(here: Path, trial: Trial) -> None:
    with trial(0), open("log.txt", "a", buffering=1) as file:
        file.write("one\n")
        assert theirs(here / "log.txt") == "one\n"
        raise_later = ValueError("the trial fails")
    assert (here / "log.txt").read_text() == "one\n"
    with pytest.raises(ValueError), trial(1):  # noqa: PT012
        append("two\n")
        raise raise_later
    assert (here / "log.txt").read_text() == "one\ntwo\n"


def test_who_reads_it_finds_what_stood_there_and_its_own_lines(here: Path, study: Path, trial: Trial) -> None:
    (here / "log.txt").write_text("before\n")
    noted = []
    for number in range(3):
        with trial(number) as notes:
            append(f"{number}\n")
            with current_view.behind():
                append("another trial's\n", here / "log.txt")
            append(f"{number}\n", here / "log.txt")
            assert Path("log.txt").read_text() == f"before\n{number}\n{number}\n"
            with open("log.txt", "a") as file:
                print("more", file=file)
            assert pd.read_csv("log.txt").before.tolist() == [str(number), str(number), "more"]
            noted += notes
    assert noted == [NOTE]
    lines = (here / "log.txt").read_text().split()
    assert [lines.count(str(number)) for number in range(3)] == [2, 2, 2]
    assert (lines[0], lines.count("more"), len(lines)) == ("before", 3, 16)


@pytest.fixture
def handled(here: Path, doors: None, request: pytest.FixtureRequest) -> Iterator[logging.Handler]:
    """The handler of a logger, as setup makes it."""
    handler = logging.FileHandler("run.log", **request.param)
    logging.getLogger("handled").addHandler(handler)
    yield handler
    logging.getLogger("handled").removeHandler(handler)
    handler.close()


@pytest.mark.parametrize(
    "handled",
    [pytest.param({"mode": mode, "delay": delay}, id=f"{mode} {delay}") for mode in "aw" for delay in (0, 1)],
    indirect=True,
)
def test_a_handler_that_setup_has_made_writes_what_each_trial_reads(
    handled: logging.Handler, here: Path, study: Path
) -> None:
    log = logging.getLogger("handled")
    if not handled.delay:  # type: ignore[attr-defined]
        log.warning("setup")
    first = Path("run.log").read_text() if Path("run.log").exists() else ""
    stream = handled.stream  # type: ignore[attr-defined]
    for number in range(3):
        with running(number, str(study / f"{number}"), {}, str(here)):
            log.warning("trial %s", number)
            assert Path("run.log").read_text() == f"{first}trial {number}\n"
            if number == 1:
                handled.close()
        assert handled.stream is stream  # type: ignore[attr-defined]
    assert stream is None or not stream.closed


def test_the_users_file_has_the_lines_of_all_handlers_at_once(here: Path, doors: None, study: Path) -> None:
    with contextlib.closing(logging.FileHandler("run.log")) as handler:
        for number in range(2):
            with running(number, str(study / f"{number}"), {}, str(here)):
                handler.emit(logging.LogRecord("", 30, "", 0, f"trial {number}", None, None))
                assert theirs(here / "run.log").endswith(f"trial {number}\n")
    assert Path("run.log").read_text() == "trial 0\ntrial 1\n"


def test_a_header_stands_in_what_each_trial_reads(here: Path, trial: Trial) -> None:
    for number in range(3):
        with trial(number):
            if not os.path.exists("log.txt"):
                append("score\n")
            append(f"{number}\n")
            assert pd.read_csv("log.txt").score.tolist() == [number]
    assert (here / "log.txt").read_text() == "score\n0\nscore\n1\nscore\n2\n"


def test_who_reads_before_it_appends_is_told_and_later_trials_are_clean(here: Path, trial: Trial) -> None:
    (here / "log.txt").write_text("5\n")
    for number in range(2):
        with trial(number) as notes:
            assert min(map(int, Path("log.txt").read_text().split())) == 5
            append(f"{number}\n")
            assert min(map(int, Path("log.txt").read_text().split())) == number
            assert notes == ([NOTE] if number == 0 else [])


def test_a_search_that_is_resumed_knows_what_stood_there_before_it(here: Path, trial: Trial) -> None:
    with trial(0):
        append("0\n")
    with trial(1):
        append("1\n")
        assert Path("log.txt").read_text() == "1\n"
    (here / "log.txt").write_text("")
    with trial(2):
        append("2\n")
        assert Path("log.txt").read_text() == "2\n"
    assert (here / "log.txt").read_text() == "2\n"


def test_one_handle_for_reading_and_appending(here: Path, trial: Trial) -> None:
    for number in range(2):
        with trial(number) as notes:
            with open("log.txt", "a+") as file:
                file.write(f"{number}\n")
            assert notes == []
            with open("log.txt", "ab+") as file:
                file.seek(0)
                assert file.read() == b"%d\n" % number
                file.write(b"more\n")
            assert notes == ([NOTE] if number == 0 else [])
            assert Path("log.txt").stat().st_size == len(f"{number}\nmore\n")
    assert (here / "log.txt").read_text() == "0\nmore\n1\nmore\n"


def test_the_size_is_that_of_the_trials_own_lines(here: Path, trial: Trial) -> None:
    for number in range(2):
        with trial(number) as notes:
            append("123\n")
            assert os.path.getsize("log.txt") == 4
            append("123\n")
            assert (os.path.getsize("log.txt"), notes) == (8, [])
    assert (here / "log.txt").read_text() == "123\n" * 4


def test_what_the_trial_wrote_anew_or_removed_it_appends_to_alone(here: Path, trial: Trial) -> None:
    (here / "log.txt").write_text("before\n")
    with trial(0):
        append("0\n")
        append("anew\n", mode="w")
        append("more\n")
        assert Path("log.txt").read_text() == "anew\nmore\n"
        os.remove("log.txt")
        append("again\n")
        assert Path("log.txt").read_text() == "again\n"
    assert (here / "log.txt").read_text() == "before\n0\n"


def test_a_folder_that_only_the_trial_has_made_is_made_for_the_log(here: Path, trial: Trial) -> None:
    for number in range(2):
        with trial(number):
            os.makedirs("logs", exist_ok=True)
            append(f"{number}\n", "logs/log.txt")
            os.close(os.open("logs/other.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT))
            with pytest.raises(FileNotFoundError, match=r"'missing/log\.txt'"):
                append("", "missing/log.txt")
    assert (here / "logs" / "log.txt").read_text() == "0\n1\n"


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        pytest.param("a", {"buffering": 0}, id="unbuffered text"),
        pytest.param("ab", {"encoding": "utf-8"}, id="an encoding of bytes"),
        pytest.param("aw", {}, id="two modes"),
    ],
)
def test_what_open_refuses_is_refused(mode: str, options: dict[str, Any], here: Path, trial: Trial) -> None:
    with trial(0), pytest.raises(ValueError):
        open("log.txt", mode, **options)
    assert not (here / "log.txt").exists()


def test_handles_are_as_open_makes_them(here: Path, trial: Trial) -> None:
    with trial(0):
        for mode, options in [("a", {}), ("ab", {}), ("ab", {"buffering": 0}), ("a+", {}), ("ab+", {})]:
            with (
                open("log.txt", mode, **options) as mine,  # type: ignore[call-overload]
                current_view.behind(),
                open(here / "log.txt", mode, **options) as plain,  # type: ignore[call-overload]
            ):
                assert mine.mode == plain.mode
                assert isinstance(mine, type(plain))
