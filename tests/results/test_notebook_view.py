"""A study in a notebook: two charts and a table that sorts, of a text that a notebook keeps."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from hypertemplate.results.notebook_view import notebook_html
from hypertemplate.search.study import Study, Trial, TrialState
from tests.results.html_reader import PageReader
from tests.results.studies import PLAN, digits
from tests.results.test_page import HOSTILE
from tests.search.spaces import numeric


def test_a_study_shows_its_charts_and_its_table() -> None:
    html = notebook_html(digits(30))
    found = PageReader(html)
    assert re.findall(r'aria-label="([^"]*)"', html) == [
        "val_loss of 22 trials by number; the best one is 0.268198, in trial 11",
        "values of 22 trials along 7 parameters, each with its val_loss",
    ]
    assert "trials and the best so far" in found.lines
    assert "each line a trial, the best tenth in blue, the best one in green" in found.lines
    assert any(line.startswith("11 (best)|0.26820|") for line in found.lines)
    assert "<style" not in html
    assert len(html) < 100_000
    assert notebook_html(digits(30)) == html  # the same output each time: notebooks are compared


def test_a_thousand_trials_fit_into_a_notebook() -> None:
    assert len(notebook_html(digits(1000))) < 500_000


@pytest.mark.parametrize("count", [0, 1])
def test_a_study_without_trials_and_one_with_a_trial_show_themselves(count: int) -> None:
    html = notebook_html(digits(count))
    assert html.count('class="chart"') == count
    assert ("<script>" in html) is bool(count)
    PageReader(html)


def test_only_some_of_many_parameters_have_an_axis() -> None:
    space = tuple(numeric(f"p{number}", "uniform", low=0, high=1) for number in range(20))
    trials = tuple(
        Trial(n, TrialState.COMPLETE, {one.label: n / 10 for one in space}, float(n)) for n in range(3)
    )
    lines = PageReader(notebook_html(replace(PLAN, space=space, trials=trials))).lines
    assert "each line a trial, the best tenth in blue, the best one in green; 8 of 20 parameters" in lines


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_of_the_users_is_html(text: str) -> None:
    def study(label: str) -> Study:
        space = (numeric(label, "uniform", low=0, high=1),)
        trials = tuple(
            Trial(n, TrialState.COMPLETE, {label: n / 10}, float(n), {label: 1.0}) for n in range(3)
        )
        failed = Trial(3, TrialState.FAILED, {label: 0.5}, error=label)
        return replace(PLAN, template=label, space=space, trials=(*trials, failed), objective=label)

    found, harmless = PageReader(notebook_html(study(text))), PageReader(notebook_html(study("x")))
    assert (found.tags, found.attributes) == (harmless.tags, harmless.attributes)
    assert len(found.scripts) == 1


def test_equals_of_a_trial_do_not_fill_the_table() -> None:
    ran = [Trial(n, TrialState.COMPLETE, {}, float(n)) for n in range(3)]
    equal = [Trial(3 + n, TrialState.COMPLETE, {}, 0.0, equal_to=0) for n in range(60)]
    lines = PageReader(notebook_html(replace(PLAN, space=(), trials=(*ran, *equal)))).lines
    assert "and 60 more trials" in lines
    assert any(line.startswith("2|") for line in lines)
