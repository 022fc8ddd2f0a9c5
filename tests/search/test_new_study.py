"""What a search is to do: the command line before the file's own call, and that before the defaults."""

from __future__ import annotations

from typing import Any

import pytest

from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import UsageError
from hypertemplate.search.new_study import default_notes, new_study

TEXT = """\
from hyperopt import anneal
from hyperas import optim

def data():
    x = 1
    return x

def model(x):
    return {{uniform(0, 1)}}

"""
DEFAULTS = {"max_evals": None, "algorithm": None, "seed": None}
RANDOM_START = "tpe learns after 20 trials, and draws values at random before"
BAYES_LEARNS = f"{RANDOM_START}; --algo bayes learns after 6 to 10"


def program(call: str = "") -> Program:
    return compile_source(Source((Part("file", "src/model.py", TEXT + call),), "/home/me/src/model.py"))


@pytest.mark.parametrize(
    ("call", "given", "plan", "notes"),
    [
        pytest.param(
            "",
            {},
            (50, "tpe", 1337),
            ["running 50 trials, the default; change it with --max-evals N"],
            id="the defaults",
        ),
        pytest.param(
            "optim.minimize(model, data, max_evals=30, algo=anneal.suggest, rseed=5)",
            {},
            (30, "anneal", 5),
            ["max_evals=30, algo=anneal, rseed=5, as in the file's own minimize() call"],
            id="the file's own call",
        ),
        pytest.param(
            "optim.minimize(model, data, max_evals=30, algo=anneal.suggest, rseed=5)",
            {"max_evals": 7, "algorithm": "tpe", "seed": 0},
            (7, "tpe", 0),
            [RANDOM_START],
            id="the command line overrules it",
        ),
        pytest.param(
            "optim.minimize(model, data, max_evals=30)",
            {"seed": 3},
            (30, "tpe", 3),
            ["max_evals=30, as in the file's own minimize() call"],
            id="a little of each",
        ),
        pytest.param("", {"max_evals": 20}, (20, "tpe", 1337), [BAYES_LEARNS], id="20 trials are all random"),
        pytest.param("", {"max_evals": 10}, (10, "tpe", 1337), [RANDOM_START], id="too few for bayes too"),
        pytest.param("", {"max_evals": 21}, (21, "tpe", 1337), [], id="the 21st is not"),
        pytest.param("", {"max_evals": 9, "startup": 8}, (9, "tpe", 1337), [], id="a start of fewer"),
        pytest.param(
            "",
            {"max_evals": 8, "startup": 8},
            (8, "tpe", 1337),
            ["tpe learns after 8 trials, and draws values at random before"],
            id="a start as short as that of bayes",
        ),
        pytest.param(
            "", {"max_evals": 5, "algorithm": "random"}, (5, "random", 1337), [], id="random is random"
        ),
    ],
)
def test_plans(call: str, given: dict[str, Any], plan: tuple[int, str, int], notes: list[str]) -> None:
    wishes = {**DEFAULTS, **given}
    study = new_study(program(call), **{name: wishes[name] for name in DEFAULTS})
    assert (study.max_evals, study.algorithm, study.seed) == plan
    assert default_notes(program(call), study, **wishes) == notes


def test_a_study_is_named_after_the_template() -> None:
    study = new_study(program(), maximize=True)
    assert (study.name, study.template, study.maximize) == ("model", "src/model.py", True)
    assert study.digest == program().digest
    assert (study.space, study.trials) == ((), ())


def test_a_file_may_not_ask_for_no_trials() -> None:
    asking = program("optim.minimize(model, data, max_evals=0)")
    with pytest.raises(UsageError) as caught:
        new_study(asking)
    assert str(caught.value) == "src/model.py asks for max_evals=0; give --max-evals N"
    assert new_study(asking, max_evals=1).max_evals == 1


@pytest.mark.parametrize(
    ("text", "maximize", "plan"),
    [
        pytest.param(None, False, (None, False), id="nothing asked for"),
        pytest.param(None, True, (None, True), id="the model's own, maximised"),
        pytest.param("val_loss", False, ("val_loss", False), id="less of a loss is better"),
        pytest.param("val_accuracy", False, ("val_accuracy", True), id="more of an accuracy is better"),
        pytest.param("val_accuracy:min", False, ("val_accuracy", False), id="unless it says otherwise"),
        pytest.param("score:max", False, ("score", True), id="a direction that the name does not tell"),
        pytest.param("score", True, ("score", True), id="a direction by the option"),
        pytest.param("score:max", True, ("score", True), id="the same direction twice"),
    ],
)
def test_objectives(text: str | None, maximize: bool, plan: tuple[str | None, bool]) -> None:
    study = new_study(program(), objective=text, maximize=maximize)
    assert (study.objective, study.maximize) == plan


@pytest.mark.parametrize(
    ("text", "maximize", "message"),
    [
        pytest.param("score:min", True, "objective score:min: contradicts maximize", id="both directions"),
        pytest.param(
            "score:up",
            False,
            "objective score:up: write NAME, NAME:min or NAME:max",
            id="another direction",
        ),
        pytest.param(
            "score:", False, "objective score:: write NAME, NAME:min or NAME:max", id="no direction"
        ),
        pytest.param(":max", False, "objective :max: write NAME, NAME:min or NAME:max", id="no name"),
        pytest.param("", False, "objective : write NAME, NAME:min or NAME:max", id="nothing"),
    ],
)
def test_what_is_no_objective(text: str, maximize: bool, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        new_study(program(), objective=text, maximize=maximize)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("objective", "maximize", "notes"),
    [
        pytest.param(
            "val_auc:min",
            False,
            [
                "val_auc should be high, but the search looks for the lowest, as you asked; "
                "for the highest give --objective val_auc:max"
            ],
            id="a score to minimise",
        ),
        pytest.param(
            "val_loss",
            True,
            [
                "val_loss should be low, but the search looks for the highest, as you asked; "
                "for the lowest give --objective val_loss:min"
            ],
            id="a loss to maximise",
        ),
        pytest.param("val_auc:max", False, [], id="as its name says"),
        pytest.param("mine:min", False, [], id="a name that says nothing"),
    ],
)
def test_a_direction_against_the_name_is_noted(objective: str, maximize: bool, notes: list[str]) -> None:
    study = new_study(program(), objective=objective, maximize=maximize)
    assert default_notes(program(), study, max_evals=50, algorithm="random", seed=1) == notes
