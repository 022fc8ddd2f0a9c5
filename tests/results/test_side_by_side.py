"""Parameters, trials and studies beside each other, as terminals show them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from hypertemplate.results.importance import Importance
from hypertemplate.results.side_by_side.importance_lines import importance_lines
from hypertemplate.results.side_by_side.several_studies import (
    NamedStudy,
    comparison_json,
    dimension_text,
    study_comparison,
)
from hypertemplate.results.side_by_side.two_trials import two_trials_lines
from hypertemplate.search.service.data_record import EARLIER, OPTION
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Confirmation, TrialRun
from hypertemplate.views.curves.curve_charts import ASCII_MARKS
from tests.exports.studies import HOSTILE, KEPT, NOTHING, ONLY_FAILURES, STUDY, TRIALS
from tests.search.spaces import EVERY_DISTRIBUTION


def test_shares_have_bars() -> None:
    found = Importance("a method", {"rate": 0.75, "a\nb": 0.25})
    assert importance_lines("loss", found, 30, ASCII_MARKS) == [
        "importance for loss, by a",
        "  method",
        "  rate  75%  #################",
        "  a b   25%  ######",
    ]


def test_without_shares_there_is_a_reason() -> None:
    assert importance_lines("loss", Importance(reason="too few")) == ["importance for loss: too few"]


def test_two_trials() -> None:
    lines = two_trials_lines(KEPT, (TRIALS[0], TRIALS[1]), None, ASCII_MARKS)
    assert lines[: lines.index("")] == [
        "                         trial 0              trial 1 # best  difference",
        "state                    complete             complete",
        "val_loss                 0.5                  0.25            -0.25",
        "time                     12.5s                8.0s",
        "epochs                   3                    2",
    ]
    text = "\n".join(lines)
    assert "  block.1                0.25                 not read" in text
    assert "  shift                  -1.5                 not read" in text
    assert "  units                  32                   100" in text
    assert "  acc                    nan                  -\n" in text
    assert "val_loss by epoch: . trial 0  # trial 1" in text


def test_trials_that_failed_say_why_and_what_they_did_not_come_to() -> None:
    text = "\n".join(two_trials_lines(KEPT, (TRIALS[2], TRIALS[3]), None, ASCII_MARKS))
    assert "pruned   failed" in text
    assert "units                  8        9 (not reached)" in text
    assert "trial 2: stopped after epoch 1" in text
    assert "trial 3: ValueError: <b>no</b>" in text


def test_a_trial_beside_itself_has_the_same_values() -> None:
    lines = two_trials_lines(KEPT, (TRIALS[3], TRIALS[3]), 80, ASCII_MARKS)
    assert "values" not in lines
    assert any(line.startswith("the same in both: rate=0.02") for line in lines)


def test_trials_without_values() -> None:
    empty = replace(TRIALS[3], params={})
    kept = Kept(replace(STUDY, space=(), trials=(empty,)))
    assert "neither of them has drawn a value" in two_trials_lines(kept, (empty, empty))


def test_trials_of_different_code_are_told_apart() -> None:
    left = replace(TRIALS[0], left_out="line 3 has changed", generation=0)
    kept = Kept(replace(STUDY, generation=1, trials=(replace(TRIALS[1], generation=1),), left_out=(left,)))
    text = "\n".join(two_trials_lines(kept, (left, kept.study.trials[0])))
    assert "line 3 has changed" in text
    assert "version 1" in text
    assert "val_loss                 complete" in text  # its number does not count


@pytest.mark.parametrize("width", [60, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    study = replace(STUDY, template="a/long/path/to/a/file/of/the/user/model.py")
    kept = replace(KEPT, study=study)
    lines = [
        *two_trials_lines(kept, (TRIALS[0], TRIALS[1]), width),
        *study_comparison([NamedStudy("a/first.study", kept), NamedStudy("b/second.study", kept)], width),
        *importance_lines("loss", Importance("a method", {HOSTILE: 0.7, "x" * 80: 0.3}), width),
    ]
    assert max(map(len, lines)) <= width


def named(*kept: Kept) -> list[NamedStudy]:
    return [NamedStudy(f"{name}.study", one) for name, one in zip("abc", kept, strict=False)]


def test_studies_are_columns_and_the_best_is_marked() -> None:
    worse = replace(
        KEPT, study=replace(STUDY, trials=TRIALS[:1], algorithm="bayes", frozen=("units",)), running=()
    )
    lines = study_comparison(named(worse, KEPT), None, ASCII_MARKS)
    table = {line.split("  ")[0].strip(): line.split() for line in lines if line}
    assert table["best"] == ["best", "0.5", "(trial", "0)", "0.25", "(trial", "1)"]
    assert table["trials"][1:] == ["1", "of", "20", "4", "of", "20,", "1", "waiting"]
    assert table["failed"] == ["failed", "0", "1"]
    assert table["pruned"] == ["pruned", "0", "1"]
    assert table["time of trials"][3:] == ["12s", "22s"]
    assert table["algorithm"] == ["algorithm", "bayes", "tpe"]
    assert lines[0].split() == ["a.study", "b.study", "#"]
    assert lines[-1] == "# b.study has the best val_loss"
    assert any("8 .. 64, whole (set)" in line for line in lines)


@pytest.mark.parametrize(
    ("kept", "verdict"),
    [
        pytest.param((KEPT, KEPT), "# a.study and b.study have the same best val_loss", id="two are as good"),
        pytest.param((KEPT, NOTHING), "# a.study has the best val_loss", id="one has no trial"),
        pytest.param((ONLY_FAILURES, NOTHING), "none of these studies has a best trial", id="none has a good trial"),
        pytest.param(
            (KEPT, replace(KEPT, study=replace(STUDY, maximize=True))),
            "these studies minimize val_loss and maximize val_loss: their best trials cannot be compared",
            id="directions differ",
        ),
        pytest.param(
            (KEPT, replace(KEPT, study=replace(STUDY, maximize=None))),
            "these studies minimize val_loss and val_loss: their best trials cannot be compared",
            id="a direction is unknown",
        ),
    ],
)  # fmt: skip
def test_what_can_be_said_of_studies(kept: tuple[Kept, Kept], verdict: str) -> None:
    assert study_comparison(named(*kept), None, ASCII_MARKS)[-1] == verdict


def test_a_confirmed_study_is_judged_by_its_runs_again() -> None:
    again = replace(KEPT, study=replace(STUDY, confirmations=(Confirmation(1, 0, TrialRun(0, 0.75)),)))
    lines = study_comparison(named(again, KEPT), None, ASCII_MARKS)
    assert "0.75 again (trial 1)" in "\n".join(lines)
    assert lines[-1] == (
        "# b.study has the best val_loss; b.study was not confirmed: luck may be part of the best number"
    )
    several = [NamedStudy(f"{name}.study", one) for name, one in zip("abc", (again, KEPT, KEPT), strict=True)]
    assert study_comparison(several, None, ASCII_MARKS)[-1] == (
        "# b.study and c.study have the same best val_loss; b.study and c.study were not confirmed: luck may be "
        "part of their best numbers"
    )


def test_studies_as_json_have_the_users_numbers() -> None:
    maximised = replace(KEPT, study=replace(STUDY, maximize=True))
    data = comparison_json(named(maximised, replace(maximised, study=replace(maximised.study, trials=()))))
    assert data["best"] == ["a.study"]
    studies: Any = data["studies"]
    first, second = studies
    assert (first["best"], first["best_trial"], second["best"]) == (-0.25, 1, None)
    assert "shift" not in first["params"]
    assert math.isclose(first["trials_s"], 22.0)


def test_every_distribution_is_a_short_text() -> None:
    assert [dimension_text(dimension) for dimension in EVERY_DISTRIBUTION[:13]] == [
        "-1 .. 1.5",
        "0 .. 10, step 0.5",
        "32 .. 256, step 32",
        "1 .. 9, whole",
        "0.000335463 .. 0.367879, log",
        "1 .. 403.429, log, step 2.5",
        "normal(1, 2)",
        "qnormal(10, 4, 0.25)",
        "lognormal(0, 0.5)",
        "qlognormal(2, 0.5, 1.5)",
        "0 .. 6, whole",
        "5 .. 11, whole",
        "'relu' | 'elu' | 'tanh'",
    ]


def test_trials_that_read_other_data_are_named_below_the_studies_and_in_json() -> None:
    now, before = ["relative", "", "a.csv", "1", "new"], ["0", "a.csv", "relative", "", "a.csv", "1", "old"]
    changed = replace(KEPT, options={OPTION: {"a.csv": now}, EARLIER: [before]})
    named = [NamedStudy("a.study", changed), NamedStudy("b.study", KEPT)]
    assert study_comparison(named)[-1] == "a.study: trials 0 to 3 read earlier contents of a.csv"
    data: Any = comparison_json(named)
    first, second = data["studies"]
    assert first["other_data"] == {str(number): ["a.csv"] for number in range(len(STUDY.trials))}
    assert second["other_data"] == {}
