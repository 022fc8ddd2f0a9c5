"""A study as HTML: what a reader sees of it, and that nothing of the user's is HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from hypertemplate.report.html import ROWS, Progress, progress_html, progress_text, study_html
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.spaces import chosen, numeric

PLAN = Study(
    "model",
    "d",
    1337,
    (
        numeric("rate", "loguniform", low=-8, high=-1),
        chosen("optimizer", "keras.optimizers.SGD(0.1)", "'<b>'", literal=False),
        chosen("<i>", "1", "2"),
    ),
    template="<model>.py",
    max_evals=4,
    versions={"keras": "3.15.1", "backend": "jax"},
)
DONE = Trial(0, TrialState.COMPLETE, {"rate": 0.25, "optimizer": 0, "<i>": 1}, 0.5, duration_s=90.0)
BETTER = replace(DONE, number=1, loss=0.25, params={"rate": 0.25, "optimizer": 1, "<i>": 1}, unused=("<i>",))
FAILED = Trial(
    2,
    TrialState.FAILED,
    {"rate": 0.5, "optimizer": 0},
    error="ValueError: <b>\x1b[31mno</b>",
    traceback='Traceback:\n  File "<model>.py"\n',
    duration_s=1.0,
)
PRUNED = Trial(3, TrialState.PRUNED, DONE.params)


class Reader(HTMLParser):
    """Reads HTML as a browser shows it, a line for each block; checks that what opens is closed."""

    BLOCKS = ("div", "tr", "summary", "pre", "details")

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.text += "\n" if tag in self.BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.text += "\n" if tag in self.BLOCKS else "|" if tag in ("td", "th") else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert set(reader.attributes) <= {"style", "title", "open"}
    assert not re.search("<script|<style|https?:", html)
    return [line for line in reader.text.split("\n") if line.strip()]


def with_trials(*trials: Trial) -> Study:
    return replace(PLAN, trials=trials)


@pytest.mark.parametrize(
    ("progress", "lines"),
    [
        pytest.param(
            Progress(PLAN, "loading", 2.0),
            ["<model>.py: 0 of 4 trials done; loading2s"],
            id="before the first trial",
        ),
        pytest.param(
            Progress(with_trials(BETTER, replace(DONE, number=2)), "trial 3, epoch 2 of 9", 61.0, 245.0),
            [
                "<model>.py: 2 of 4 trials done; trial 3, epoch 2 of 91m01s, about 4m05s left",
                "last 0.5 · best loss 0.25, minimised (trial 1): rate=0.25, optimizer='<b>'",
            ],
            id="while trials run, less the values that are not used",
        ),
        pytest.param(
            Progress(with_trials(DONE, PRUNED), "", 61.0, notes=("data() <runs>\nagain", "two")),
            [
                "<model>.py: 2 of 4 trials done (1 pruned)1m01s",
                "best loss 0.5, minimised (trial 0): rate=0.25, optimizer=SGD(0.1), <i>=2",
                "note: data() <runs> again",
                "note: two",
            ],
            id="at the end, with notes",
        ),
        pytest.param(
            Progress(with_trials(FAILED), "trial 1 is running", 1.0, None, (), FAILED, "one\ntwo\n"),
            [
                "<model>.py: 1 of 4 trials done (1 failed); trial 1 is running1s",
                "last failed",
                "trial 2 failed: ValueError: <b>no</b>",
                "the last that trial 2 printed:",
                "| one",
                "| two",
                "Traceback:",
                '  File "<model>.py"',
            ],
            id="a failure and why",
        ),
        pytest.param(
            Progress(
                with_trials(
                    replace(FAILED, traceback=""), replace(FAILED, state=TrialState.PRUNED, error=None)
                ),
                "",
                1.0,
                failure=replace(FAILED, traceback="", error=None),
                stopped="stopped: <why>",
            ),
            [
                "<model>.py: 2 of 4 trials done (1 failed, 1 pruned)1s",
                "trial 2 failed: it gave no reason",
                "stopped: <why>",
            ],
            id="a failure without a reason, and the end of it",
        ),
    ],
)
def test_the_progress_of_a_search(progress: Progress, lines: list[str]) -> None:
    assert read(progress_html(progress)) == lines


@pytest.mark.parametrize(
    ("study", "width"),
    [
        pytest.param(PLAN, "0.0%", id="nothing"),
        pytest.param(with_trials(DONE), "25.0%", id="a quarter"),
        pytest.param(replace(with_trials(DONE, BETTER), max_evals=1), "100.0%", id="more than was asked for"),
        pytest.param(replace(PLAN, max_evals=0), "0.0%", id="of none"),
    ],
)
def test_the_bar_is_as_long_as_the_search_is_far(study: Study, width: str) -> None:
    assert f"width:{width};" in progress_html(Progress(study, ""))


def test_the_progress_in_one_line() -> None:
    study = replace(with_trials(DONE), objective="val_accuracy", maximize=True)
    assert progress_text(Progress(PLAN, "loading", 2.0)) == "<model>.py: 0 of 4 trials done; loading; 2s"
    assert progress_text(Progress(study, "", 61.0, 5.0)) == (
        "<model>.py: 1 of 4 trials done; 1m01s, about 5s left; best val_accuracy -0.5, maximised (trial 0)"
    )


def test_the_table_of_a_study_has_the_best_first() -> None:
    worst = replace(DONE, number=4, loss=float("inf"), duration_s=None)
    html = study_html(with_trials(DONE, BETTER, FAILED, PRUNED, worst))
    assert read(html) == [
        "<model>.py: 5 trials (1 failed, 1 pruned), tpe, seed 1337 (Keras 3.15.1 on jax)",
        "trial|loss (minimised)|time|rate|optimizer|<i>|",
        "1 (best)|0.25|90.0s|0.25|'<b>'|not used|",
        "0|0.5|90.0s|0.25|SGD(0.1)|2|",
        "2|failed|1.0s|0.5|SGD(0.1)|not used|",
        "3|pruned||0.25|SGD(0.1)|2|",
        "4|inf||0.25|SGD(0.1)|2|",
    ]
    assert 'title="ValueError: &lt;b&gt;no&lt;/b&gt;"' in html


def test_an_inner_distribution_has_no_column_of_its_own() -> None:
    space = (
        chosen("block", "'none'", "uniform(0, 1)", inner={1: "block.1"}),
        numeric("block.1", "uniform", low=0, high=1),
    )
    trial = Trial(0, TrialState.COMPLETE, {"block": 1, "block.1": 0.75}, 1.0, duration_s=1.0)
    html = study_html(replace(PLAN, space=space, trials=(trial,), versions={}, maximize=True))
    assert read(html) == [
        "<model>.py: 1 trial, tpe, seed 1337",
        "trial|score (maximised)|time|block|",
        "0 (best)|-1|1.0s|0.75|",
    ]


def test_a_long_study_is_cut() -> None:
    trials = tuple(replace(DONE, number=n, loss=float(n)) for n in range(ROWS + 2))
    lines = read(study_html(with_trials(*trials)))
    assert len(lines) == ROWS + 3
    assert lines[-1] == "and 2 more trials"


def test_a_study_without_trials() -> None:
    assert read(study_html(PLAN)) == [
        "<model>.py: 0 trials, tpe, seed 1337 (Keras 3.15.1 on jax)",
        "trial|loss (minimised)|time|",
    ]
