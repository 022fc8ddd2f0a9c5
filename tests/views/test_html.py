"""A study as HTML: what a reader sees of it, and that nothing of the user's is HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.html import BAR, DIGIT_SPACE, GOOD, ROWS, study_html
from tests.search.fakes import curve
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


SVG = (*("width", "height", "aria-hidden", "points", "fill", "stroke", "stroke-width", "cx", "cy", "r"),)


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
        self.text += "" if "script" in self.open else data


def read(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert set(reader.attributes) <= {"style", "title", "colspan", "id", "data-text", *SVG}
    assert not re.search("<style|https?:", html)
    return [line for line in reader.text.split("\n") if line.strip()]


def with_trials(*trials: Trial) -> Study:
    return replace(PLAN, trials=trials)


def test_trials_have_their_learning_curves_on_one_scale_and_the_best_one_stands_out() -> None:
    best = replace(BETTER, curves=(curve(9.0, 5.0), replace(curve(1.0, 0.0), fit=1)))
    stopped = replace(PRUNED, curves=(curve(1.0, 0.5, epochs=3),), duration_s=2.0)
    study = with_trials(best, FAILED, stopped)
    html = study_html(study)
    lines = read(html)
    assert lines[1] == "1 of 3 trials pruned: 6 of 9 epochs run, about 3s of search time saved"
    assert lines[2] == "trial|loss (minimised)|val_loss curve|time|epoch|rate|optimizer|<i>|"
    places = re.findall(r'points="([^"]*)" fill="none" stroke="([^"]*)"', html)
    assert places == [("3.0,3.0 117.0,15.0", GOOD), ("3.0,3.0 60.0,9.0", BAR)]


def test_the_table_of_a_study_has_the_best_first() -> None:
    worst = replace(DONE, number=4, loss=float("inf"), duration_s=None)
    html = study_html(with_trials(DONE, BETTER, FAILED, PRUNED, worst))
    assert read(html) == [
        "<model>.py: 5 trials (1 failed, 1 pruned), tpe, seed 1337 (Keras 3.15.1 on jax)",
        "trial|loss (minimised)|time|rate|optimizer|<i>|",
        "1 (best)|0.25000|90.0s|0.25|'<b>'|-|",
        "0|0.50000|90.0s|0.25|SGD(0.1)|2|",
        f"2|failed|1.0s|0.5{DIGIT_SPACE}|SGD(0.1)|-|",
        "3|pruned|-|0.25|SGD(0.1)|2|",
        "4|inf|-|0.25|SGD(0.1)|2|",
    ]
    assert "<script" not in html
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
        "0 (best)|-1.0000|1.0s|0.75|",
    ]


def test_a_long_study_is_cut() -> None:
    trials = tuple(replace(DONE, number=n, loss=float(n)) for n in range(ROWS + 2))
    lines = read(study_html(with_trials(*trials)))
    assert len(lines) == ROWS + 3
    assert lines[-1] == "and 2 more trials"


def test_a_study_without_trials() -> None:
    assert read(study_html(PLAN)) == [
        "<model>.py: 0 trials, tpe, seed 1337 (Keras 3.15.1 on jax)",
        "trial|loss (minimised)|time|rate|optimizer|<i>|",
    ]
