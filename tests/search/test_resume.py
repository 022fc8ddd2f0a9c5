"""Whether a study may go on, and what has changed where it may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.compiler.emit.fingerprint import enclosing_statements
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.program import Program
from hypertemplate.errors import UsageError
from hypertemplate.search.resume import (
    STATEMENTS,
    Change,
    changes,
    check_options,
    check_space,
    refusal,
)
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study, Trial, TrialState
from tests.compiler.support import compiled
from tests.search.fakes import fitted
from tests.search.spaces import chosen, numeric

LOADED = numeric("size", "quniform", low=1, high=4, q=1)
"""What a run knows of a parameter whose bounds the text does not tell."""


def template(*lines: str) -> Program:
    return compiled("MAX = 4\n\ndef model():\n" + "".join(f"    {line}\n" for line in (*lines, "return 1")))


def kept(program: Program) -> Kept:
    """A study of this template."""
    space = tuple(resolve_literal(p) or replace(LOADED, label=p.label) for p in program.space.parameters)
    return Kept(
        Study("model", program.digest, 1337, space, template="model.py"),
        options={STATEMENTS: enclosing_statements(program)},
    )


def found(before: list[str], after: list[str]) -> list[Change]:
    now = template(*after)
    return changes(kept(template(*before)), now, enclosing_statements(now))


RATE = "rate = {{uniform(0, 0.5)}}"
ACT = "act = {{choice(['relu', 'elu'])}}"
SIZE = "size = {{quniform(1, MAX, 1)}}"
SHOWN = {"rate": "uniform(low=0, high=0.5)", "act": "choice(['relu', 'elu'])"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([RATE, ACT], [RATE, ACT], [], id="the same"),
        pytest.param([RATE, ACT], [ACT, RATE], [], id="another order of statements with their labels"),
        pytest.param([RATE, SIZE], ["x = 1", SIZE, RATE], [], id="bounds that only a run knows"),
        pytest.param(
            [RATE, SIZE],
            ["rate = {{uniform(high=0.5, low=0.0)}}", "size = {{ quniform(1,high=MAX, q=1) }}"],
            [],
            id="another spelling of the arguments",
        ),
        pytest.param([ACT], ['act = {{choice(options=["relu", "elu"])}}'], [], id="other quotes"),
        pytest.param(
            ["a = {{choice([1, open(uniform(0, 1))])}}"],
            ["a = {{choice([1, open(uniform(low=0, high=1.0))])}}"],
            [],
            id="another spelling of an inner draw",
        ),
        pytest.param(
            ["n = {{quniform(0, 4, 1)}}"],
            ["n = {{quniform(0, 4, 1.0)}}"],
            [Change("n", "quniform(low=0, high=4, q=1)", "quniform(low=0, high=4, q=1.0)")],
            id="floats in place of whole numbers",
        ),
        pytest.param([RATE], [RATE, ACT], [Change("act", "", SHOWN["act"])], id="a new one"),
        pytest.param([RATE, ACT], [ACT], [Change("rate", SHOWN["rate"], "")], id="one is gone"),
        pytest.param(
            [RATE],
            [RATE.replace("0.5", "1")],
            [Change("rate", SHOWN["rate"], "uniform(low=0, high=1)")],
            id="other arguments",
        ),
        pytest.param(
            [RATE],
            [RATE.replace("0.5", "0.50000001")],
            [Change("rate", SHOWN["rate"], "uniform(low=0, high=0.50000001)")],
            id="a small difference is shown",
        ),
        pytest.param(
            ["rate = {{loguniform(-11.5, -2.3)}}"],
            ["rate = {{uniform(1e-5, 0.1, log=True)}}"],
            [Change("rate", "1.01301e-05 .. 0.100259, log", "1e-05 .. 0.1, log")],
            id="values in place of their logarithms",
        ),
        pytest.param(
            ["n = {{quniform(1, 8, q=1, log=True)}}"],
            ["n = {{quniform(1, 8, log=True, step=1)}}", "m = {{uniform(0, 1)}}"],
            [Change("m", "", "uniform(low=0, high=1)")],
            id="a step under its other name",
        ),
        pytest.param(
            [RATE],
            ["rate = 2 * {{uniform(0, 0.5)}}"],
            [Change("rate", SHOWN["rate"], SHOWN["rate"])],
            id="another statement",
        ),
        pytest.param(
            [SIZE],
            ["size = {{quniform(1, 2 * MAX, 1)}}"],
            [Change("size", "quniform(low=1, high=4, q=1)", "quniform(1, 2 * MAX, 1) as loaded")],
            id="other bounds that only a run knows",
        ),
        pytest.param(
            [SIZE],
            ["size = {{quniform(1, 4, 1)}}"],
            [Change("size", "quniform(low=1, high=4, q=1)", "quniform(low=1, high=4, q=1)")],
            id="the same numbers in another statement",
        ),
        pytest.param(
            ["a = open({{choice([8, 16])}})", "b = 2 * open({{choice([8, 16])}})"],
            ["b = 2 * open({{choice([8, 16])}})", "a = open({{choice([8, 16])}})"],
            [
                Change("open", "choice([8, 16])", "choice([8, 16])", "open_1"),
                Change("open_1", "choice([8, 16])", "choice([8, 16])", "open"),
            ],
            id="two that changed places",
        ),
        pytest.param(
            ["a = {{pchoice([(0.25, 1), (0.75, 2)])}}"],
            ["a = {{pchoice([(0.5, 1), (0.5, 2)])}}"],
            [Change("a", "pchoice([1, 2], [0.25, 0.75])", "pchoice([1, 2], [0.5, 0.5])")],
            id="other weights",
        ),
    ],
)
def test_what_has_changed(before: list[str], after: list[str], expected: list[Change]) -> None:
    assert found(before, after) == expected


def test_a_study_that_does_not_know_its_statements_has_changed() -> None:
    program = template(RATE)
    study = replace(kept(program), options={})
    assert changes(study, program, enclosing_statements(program)) == [
        Change("rate", SHOWN["rate"], SHOWN["rate"])
    ]


def test_the_refusal_shows_each_change_in_its_own_way() -> None:
    before = template(
        "a = 0 + open({{choice([8, 16])}})",
        "b = 2 * open({{choice([8, 16])}})",
        RATE,
        ACT,
        "u = {{uniform(0, 1)}}",
    )
    after = template(
        "b = 2 * open({{choice([8, 16])}})",
        "a = 0 + open({{choice([8, 16])}})",
        RATE.replace("0.5", "1"),
        "act = len({{choice(['relu', 'elu'])}})",
        "v = {{uniform(0, 1)}}",
    )
    study = kept(before)
    found = changes(study, after, enclosing_statements(after))
    assert str(refusal(study, found, "model.study", "model.py")) == (
        "model.study: model.py has changed since this study was started\n"
        "  open is now open_1: choice([8, 16])\n"
        "  open_1 is now open: choice([8, 16])\n"
        "  - rate: uniform(low=0, high=0.5)\n"
        "  + rate: uniform(low=0, high=1)\n"
        "  act is now in another statement: choice(['relu', 'elu'])\n"
        "  - u: uniform(low=0, high=1)\n"
        "  + v: uniform(low=0, high=1)\n"
        "  it cannot be resumed, because its search space has changed; --fresh moves the study aside and starts a "
        "new one"
    )


def test_nobody_is_told_to_begin_a_retry_anew() -> None:
    study = kept(template(RATE))
    for after, way in (
        (RATE.replace("0.5", "1"), "it cannot be resumed, because its search space has changed"),
        (RATE, "--keep-trials resumes it and keeps the trials so far, which ran the old code"),
    ):
        found = changes(study, template(after), enclosing_statements(template(after)))
        assert str(refusal(study, found, "s", "model.py", retry=True)).splitlines()[-1] == f"  {way}"


def test_a_study_of_another_file() -> None:
    study = kept(template(RATE))
    assert str(refusal(study, [], "nb.study", "nb.ipynb")) == (
        "nb.study belongs to model.py, not to nb.ipynb\n"
        "  the search space is unchanged, but other code has changed\n"
        "  --keep-trials resumes it with this file and keeps the trials so far; --study DIR names another folder, "
        "where --from nb.study begins with the trials that count; --fresh moves the study aside and starts a new one"
    )


def test_a_label_in_another_statement_is_shown_as_that() -> None:
    study = kept(template(RATE))
    after = template(RATE.replace("=", "= 1 +"))
    found = changes(study, after, enclosing_statements(after))
    line = str(refusal(study, found, "s", "model.py")).splitlines()[1]
    assert line == "  rate is now in another statement: uniform(low=0, high=0.5)"


STUDY = Study("model", "d", 1337, (LOADED,), template="model.py")


def test_the_same_settings_are_no_trouble() -> None:
    check_options(STUDY, replace(STUDY, max_evals=99, algorithm="random"), "s")


@pytest.mark.parametrize(
    ("plan", "what"),
    [
        pytest.param(replace(STUDY, seed=1), "seed is 1337, not 1", id="the seed"),
        pytest.param(
            replace(STUDY, objective="val_f1"),
            "objective is what the model returns, not val_f1",
            id="the objective",
        ),
    ],
)
def test_other_settings_are_refused(plan: Study, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_options(STUDY, plan, "model.study")
    assert str(caught.value) == (
        f"model.study: this study's {what}; keep it, or start a new study: --study DIR, or --fresh, which moves "
        "this one aside"
    )


def test_an_objective_that_no_trial_has_is_told_so() -> None:
    trials = (Trial(0, TrialState.COMPLETE, {}, 0.5, {"accuracy": 0.5}, curves=fitted({"val_loss": 1.0})),)
    kept = replace(STUDY, trials=trials)
    with pytest.raises(UsageError) as caught:
        check_options(kept, replace(STUDY, objective="nosuch"), "s")
    assert str(caught.value).endswith("; its trials report no nosuch, but accuracy, val_loss")
    with pytest.raises(UsageError) as caught:
        check_options(kept, replace(STUDY, objective="accuracy"), "s")
    assert str(caught.value).endswith(" aside")


def test_another_direction_is_refused_in_words_of_what_to_do() -> None:
    with pytest.raises(UsageError) as caught:
        check_options(STUDY, replace(STUDY, maximize=True), "model.study")
    assert str(caught.value) == (
        "model.study: this study minimises what the model returns; "
        "to maximise it, start a new study: --study DIR, or --fresh, which moves this one aside"
    )


def test_a_script_returns_nothing() -> None:
    with pytest.raises(UsageError) as caught:
        check_options(STUDY, replace(STUDY, objective="r2"), "s", script=True)
    assert str(caught.value) == (
        "s: this study's objective is val_loss, not r2; keep it, or start a new study: --study DIR, or --fresh, "
        "which moves this one aside"
    )


def test_a_space_whose_options_have_other_quotes_is_the_same() -> None:
    before, after = ((chosen("act", text, "1"),) for text in ("'relu'", '"relu"'))
    check_space(replace(STUDY, space=before), after, "s")


def test_a_space_that_is_loaded_anew_may_name_other_objects() -> None:
    before, after = ((LOADED, chosen("f", f"<function f at {n}>", literal=False)) for n in ("0x1", "0x2"))
    check_space(replace(STUDY, space=before), after, "s")


@pytest.mark.parametrize(
    ("space", "lines"),
    [
        pytest.param(
            (replace(LOADED, numbers={"low": 1, "high": 5, "q": 1}),),
            "  - size: quniform(low=1, high=4, q=1)\n  + size: quniform(low=1, high=5, q=1)\n",
            id="another bound",
        ),
        pytest.param((LOADED, chosen("act", "1")), "  + act: choice([1])\n", id="one more"),
    ],
)
def test_a_space_that_is_loaded_as_another_one_is_refused(space: tuple[Dimension, ...], lines: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_space(STUDY, space, "model.study")
    assert str(caught.value) == (
        "model.study: the search space, as model.py loads it, has changed since this study was started\n"
        f"{lines}  --fresh moves the study aside and starts a new one"
    )
