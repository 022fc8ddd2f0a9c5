"""A user's ``hyperopt.Trials``: filled as ``fmin`` fills it, and continued without repeating a point."""

from __future__ import annotations

import copy
import functools
import math
import pickle
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy
import pytest
from hyperopt import Trials, anneal, fmin, hp, mix, plotting, rand, space_eval, tpe
from hyperopt.base import JOB_STATE_DONE, JOB_STATE_ERROR, JOB_STATE_NEW, JOB_STATE_RUNNING
from hyperopt.fmin import generate_trials_to_calculate
from hyperopt.mongoexp import MongoTrials

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.hyperopt.document_checks import check_trials
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.samplers.hyperopt.spaces import evaluable_space
from hypertemplate.search.samplers.hyperopt.trial_documents import evals_left, read_trials, runs_elsewhere
from hypertemplate.search.study import Trial, TrialState
from tests.search.spaces import EVERY_DISTRIBUTION, LABELS, as_hyperopt, chosen, numeric

PARTIAL = functools.partial(tpe.suggest, n_startup_jobs=5)
MIXED = functools.partial(mix.suggest, p_suggest=[(0.5, rand.suggest), (0.5, PARTIAL)])

SPACE = (
    numeric("x", "uniform", low=-1, high=1),
    chosen("act", "'relu'", "normal(0, 1)", inner={1: "act.1"}),
    Dimension("act.1", "normal", {"mu": 0, "sigma": 1}, parent=("act", 1)),
)


def result_of(point: Params) -> dict[str, Any]:
    """What a model returns: a loss that fails for some points, and something beside it."""
    if point.get("activation") == 1 and point["uniform"] > 0:
        return {"status": "fail", "why": "no luck"}
    loss = sum(math.tanh(value / (1 + i)) for i, value in enumerate(point.values()))
    return {"status": "ok", "loss": loss, "history": [1, 2], "attachments": {"weights": b"w"}}


def search(trials: Any, numbers: int, *, seed: int = 7, algorithm: Any = "tpe", space: Any = SPACE) -> None:
    """What the search loop does with a sampler."""
    sampler = HyperoptSampler(space, algorithm, seed, trials)
    for number in range(numbers):
        point = sampler.ask(number)
        result = result_of(point)
        sampler.tell(number, point, result.get("loss"))
        sampler.add_result(number, result)
    sampler.close()


def without_times(trials: Any) -> list[dict[str, Any]]:
    """The documents, whose times are checked to be times."""
    found: list[dict[str, Any]] = copy.deepcopy(trials.trials)
    for document in found:
        assert isinstance(document.pop("book_time"), datetime)
        assert isinstance(document.pop("refresh_time"), datetime)
    return found


def drawn(trials: Any) -> list[dict[str, Any]]:
    return [document["misc"]["vals"] for document in trials.trials]


@pytest.mark.long
@pytest.mark.parametrize(
    "algorithm",
    [
        pytest.param(tpe.suggest, id="tpe"),
        pytest.param(rand.suggest, id="random"),
        pytest.param(anneal.suggest, id="anneal"),
        pytest.param(PARTIAL, id="tpe that learns after five trials"),
        pytest.param(MIXED, id="a mixture of two"),
    ],
)
def test_the_documents_are_those_of_fmin(algorithm: Any) -> None:
    def objective(point: dict[str, Any]) -> dict[str, Any]:
        vals = theirs.trials[-1]["misc"]["vals"]
        return result_of({label: vals[label][0] for label in LABELS if vals[label]})

    theirs, ours = Trials(), Trials()
    # Where no loss is known yet annealing takes the logarithm of a quantised zero.
    with numpy.errstate(divide="ignore"):
        fmin(
            objective,
            as_hyperopt(),
            algo=algorithm,
            max_evals=30,
            trials=theirs,
            rstate=numpy.random.default_rng(1337),
            show_progressbar=False,
            verbose=False,
        )
    search(ours, 30, seed=1337, algorithm=algorithm, space=EVERY_DISTRIBUTION)
    assert without_times(ours) == without_times(theirs)
    assert {document["result"]["status"] for document in ours.trials} == {"ok", "fail"}
    assert ours.attachments == theirs.attachments
    assert ours.argmin == theirs.argmin
    assert ours.losses() == theirs.losses()
    assert ours.tids == theirs.tids == list(range(30))


def test_what_hyperopt_offers_works_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    trials = Trials()
    search(trials, 12)
    best = trials.best_trial
    assert best["result"]["loss"] == min(trials.losses())
    assert trials.trial_attachments(best)["weights"] == b"w"
    assert trials.average_best_error() == best["result"]["loss"]
    assert pickle.loads(pickle.dumps(trials)).argmin == trials.argmin
    assert set(space_eval(evaluable_space(SPACE), trials.argmin)) == {"x", "act"}
    plotting.main_plot_history(trials, do_show=False)
    plotting.main_plot_vars(trials, do_show=False)


@pytest.mark.parametrize("algorithm", ["tpe", "random", "anneal", PARTIAL])
def test_five_trials_and_then_five_more_are_the_ten_of_one_search(algorithm: Any) -> None:
    once, twice = Trials(), Trials()
    search(once, 10, algorithm=algorithm)
    search(twice, 5, algorithm=algorithm)
    twice = pickle.loads(pickle.dumps(twice))
    search(twice, 5, algorithm=algorithm)
    assert without_times(twice) == without_times(once)


def test_trials_that_fmin_began_are_continued() -> None:
    def fmin_evals(trials: Any, count: int) -> None:
        fmin(
            lambda point: point["x"] ** 2,
            {"x": hp.uniform("x", -1, 1)},
            algo=tpe.suggest,
            max_evals=count,
            trials=trials,
            rstate=numpy.random.default_rng(7),
            show_progressbar=False,
            verbose=False,
        )

    theirs, ours = Trials(), Trials()
    fmin_evals(theirs, 6)
    fmin_evals(ours, 3)
    search(ours, 3, space=SPACE[:1])
    assert drawn(ours) == drawn(theirs)
    assert ours.tids == list(range(6))


@pytest.mark.parametrize("told", [0, 3], ids=["before any trial ended", "after three trials"])
def test_a_search_that_was_interrupted_goes_on_with_the_same_point(told: int) -> None:
    whole, broken = Trials(), Trials()
    search(whole, 6)
    sampler = HyperoptSampler(SPACE, "tpe", 7, broken)
    for number in range(told):
        point = sampler.ask(number)
        sampler.tell(number, point, result_of(point)["loss"])
        sampler.add_result(number, result_of(point))
    sampler.ask(told)
    assert [document["state"] for document in broken.trials] == [JOB_STATE_DONE] * told + [JOB_STATE_RUNNING]
    sampler.close()
    sampler.close()
    last = broken.trials[-1]
    assert (last["state"], last["result"], last["book_time"]) == (JOB_STATE_NEW, {"status": "new"}, None)
    assert evals_left(broken, 6) == 6 - told
    search(broken, 6 - told)
    assert without_times(broken) == without_times(whole)


def test_two_interrupted_trials_wait_in_their_order() -> None:
    trials = Trials()
    sampler = HyperoptSampler(SPACE, "random", 7, trials)
    first, second = sampler.ask(0), sampler.ask(1)
    sampler.close()
    sampler = HyperoptSampler(SPACE, "random", 7, trials)
    assert (sampler.ask(0), sampler.ask(1)) == (first, second)
    assert sampler.ask(2) not in (first, second)


def test_points_written_by_hand_run_first_and_take_no_number_of_the_generator() -> None:
    trials = generate_trials_to_calculate(
        [{"x": 0.5, "act": 0}, {"x": numpy.float64(1), "act": 1, "act.1": 2}]
    )
    assert evals_left(trials, 3) == 5, "they run beside max_evals, as with fmin"
    sampler = HyperoptSampler(SPACE, "random", 7, trials)
    alone = HyperoptSampler(SPACE, "random", 7)
    assert sampler.ask(0) == {"x": 0.5, "act": 0}
    assert sampler.ask(1) == {"x": 1.0, "act": 1, "act.1": 2.0}
    assert sampler.ask(2) == alone.ask(0)
    assert trials.tids == [0, 1, 2], "no number stands for two documents, as it does after fmin"
    assert trials.trials[0]["misc"]["vals"] == {"x": [0.5], "act": [0], "act.1": []}
    assert trials.trials[0]["misc"]["idxs"] == {"x": [0], "act": [0], "act.1": []}


def test_tpe_learns_from_points_written_by_hand() -> None:
    trials = generate_trials_to_calculate([{"x": 0.1 * i, "act": 0} for i in range(6)])
    search(trials, 8, algorithm=PARTIAL)
    assert len(trials) == 8
    assert None not in trials.losses()


@pytest.mark.parametrize(
    ("states", "max_evals", "left"),
    [
        pytest.param([], 5, 5, id="nothing has run"),
        pytest.param([JOB_STATE_DONE] * 3, 5, 2, id="what is done counts"),
        pytest.param([JOB_STATE_DONE, JOB_STATE_RUNNING], 5, 3, id="what was left running counts"),
        pytest.param([JOB_STATE_DONE, JOB_STATE_NEW], 5, 4, id="what waits is among what is left"),
        pytest.param([JOB_STATE_NEW] * 3, 3, 3, id="all of it waits"),
        pytest.param([JOB_STATE_DONE, JOB_STATE_ERROR], 5, 4, id="hyperopt does not count what it caught"),
        pytest.param([JOB_STATE_DONE] * 3, 2, 0, id="there are more already"),
    ],
)
def test_max_evals_counts_the_documents(states: list[int], max_evals: int, left: int) -> None:
    trials = Trials()
    search(trials, len(states))
    for document, state in zip(trials.trials, states, strict=True):
        document["state"] = state
    trials.refresh()
    assert evals_left(trials, max_evals) == left
    assert len(read_trials(trials, SPACE)) == sum(s in (JOB_STATE_DONE, JOB_STATE_ERROR) for s in states)


def test_a_number_is_given_once_where_hyperopt_hides_a_document() -> None:
    trials = Trials()
    search(trials, 3)
    trials.trials[1]["state"] = JOB_STATE_ERROR
    hidden = Trials()
    hidden.insert_trial_docs(trials._dynamic_trials)  # it has not heard of the number 1
    search(hidden, 2)
    assert hidden.tids == [0, 2, 3, 4]


def test_only_the_documents_of_the_experiment_are_continued() -> None:
    trials = Trials(exp_key="one")
    search(trials, 3)
    other = trials.view(exp_key="two")
    search(other, 2)
    assert [document["exp_key"] for document in trials._dynamic_trials] == ["one"] * 3 + ["two"] * 2
    assert drawn(other) == drawn(trials)[:2], "its own generator begins anew"


def test_an_algorithm_may_propose_nothing() -> None:
    sampler = HyperoptSampler(SPACE, lambda ids, domain, trials, seed: [], 7)
    with pytest.raises(UsageError) as raised:
        sampler.ask(0)
    assert str(raised.value) == "the algorithm proposed no point after 0 trials"


def test_a_space_without_labels_has_documents_too() -> None:
    trials = Trials()
    sampler = HyperoptSampler((), "tpe", 7, trials)
    assert sampler.ask(0) == {}
    sampler.tell(0, {}, 0.5)
    assert trials.losses() == [0.5]
    assert trials.argmin == {}
    theirs = rand.suggest([0], _domain_of({"x": hp.uniform("x", 0, 1)}), Trials(), 1)[0]
    assert trials.trials[0]["misc"]["cmd"] == theirs["misc"]["cmd"]
    assert set(trials.trials[0]) == set(theirs)
    assert set(trials.trials[0]["misc"]) == set(theirs["misc"])


def _domain_of(space: dict[str, Any]) -> Any:
    from hyperopt import Domain

    return Domain(None, space)


def test_a_model_stays_only_with_the_best_trial() -> None:
    trials = Trials()
    sampler = HyperoptSampler(SPACE, "random", 7, trials)
    models = [object() for _ in range(5)]
    kept = []
    for number, loss in enumerate([3.0, 4.0, 1.0, 1.0, None]):
        point = sampler.ask(number)
        sampler.tell(number, point, loss)
        sampler.add_result(number, {"loss": -9, "model": models[number]})
        kept.append([models.index(result["model"]) for result in trials.results if "model" in result])
    assert kept == [[0], [0], [2], [2], [2]]
    assert trials.losses() == [3.0, 4.0, 1.0, 1.0, None], "the model's own loss may be another number"


def test_without_a_best_trial_there_is_no_model() -> None:
    trials = Trials()
    sampler = HyperoptSampler(SPACE, "random", 7, trials)
    sampler.tell(0, sampler.ask(0), None)
    sampler.add_result(0, {"error": "too wide", "model": object()})
    assert trials.results == [{"error": "too wide", "status": "fail"}]


def test_documents_are_read_as_trials() -> None:
    trials = Trials()
    sampler = HyperoptSampler(SPACE, "random", 7, trials)
    points = [sampler.ask(number) for number in range(7)]
    results: list[dict[str, Any]] = [
        {"metrics": {"mae": 0.5}},
        {"error": "too wide", "traceback": "Traceback"},
        {},
        {},
        {},
        {},
    ]
    for number, result in enumerate(results):
        sampler.tell(number, points[number], float(number) if number != 1 else None)
        sampler.add_result(number, result)
    documents = trials.trials
    documents[2]["result"] = {"status": "ok", "loss": math.nan}
    documents[3].update(state=JOB_STATE_ERROR, result={"status": "new"})
    documents[3]["misc"]["error"] = ("<class 'ValueError'>", "Traceback:\n  line\nValueError: odd\n")
    documents[4].update(state=JOB_STATE_ERROR, result={"status": "new"})
    documents[4]["misc"]["error"] = ("<class 'ValueError'>", None)
    documents[5]["book_time"] = None
    read = read_trials(trials, SPACE)
    assert [
        (t.number, t.state.value, t.loss, t.metrics, t.error, t.traceback, t.params == point)
        for t, point in zip(read, points[:6], strict=True)
    ] == [
        (0, "COMPLETE", 0.0, {"mae": 0.5}, None, "", True),
        (1, "FAILED", None, {}, "too wide", "Traceback", True),
        (2, "FAILED", None, {}, "the status is 'ok' and the loss is nan", "", True),
        (3, "FAILED", None, {}, "<class 'ValueError'>: ValueError: odd", "", True),
        (4, "FAILED", None, {}, "<class 'ValueError'>", "", True),
        (5, "COMPLETE", 5.0, {}, None, "", True),
    ]
    assert read[5] == Trial(5, TrialState.COMPLETE, points[5], 5.0)
    assert datetime.fromisoformat(read[0].started_at) <= datetime.fromisoformat(read[1].started_at)
    assert read[0].duration_s is not None
    assert read[0].duration_s >= 0


def hand_written(**point: Any) -> Callable[[], Any]:
    return lambda: generate_trials_to_calculate([point])


ANEW = "trials of another search space cannot be continued; pass trials=Trials() to start again"


@pytest.mark.parametrize(
    ("trials", "message"),
    [
        pytest.param(
            hand_written(x=0.5, y=1),
            f"trial 0 of trials has a value for y, but the parameters are x, act, act.1: {ANEW}",
            id="a label that is none",
        ),
        pytest.param(
            hand_written(x=0.5), f"trial 0 of trials has no value for act: {ANEW}", id="a label is missing"
        ),
        pytest.param(
            hand_written(x=0.5, act=1),
            f"trial 0 of trials has no value for act.1: {ANEW}",
            id="an inner label is missing where it is reached",
        ),
        pytest.param(
            hand_written(x=0.5, act="relu"),
            "trial 0 of trials: act is the number of an option, 0 to 1, got 'relu'",
            id="a choice by its value",
        ),
        pytest.param(
            hand_written(x=0.5, act=2),
            "trial 0 of trials: act is the number of an option, 0 to 1, got 2",
            id="an option that is none",
        ),
        pytest.param(
            hand_written(x="wide", act=0),
            "trial 0 of trials: x is a number, got 'wide'",
            id="a number that is none",
        ),
    ],
)
def test_documents_that_do_not_fit_the_space(trials: Callable[[], Any], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        HyperoptSampler(SPACE, "tpe", 7, trials())
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("trials", "message"),
    [
        pytest.param(Trials, "trials is the class Trials: write trials=Trials()", id="the class itself"),
        pytest.param(
            [], "trials must be a hyperopt.Trials, got []: write trials=Trials()", id="not hyperopt's"
        ),
        pytest.param(
            object.__new__(MongoTrials),
            "MongoTrials cannot be used: hyperopt calls count, insert, update and remove of pymongo's "
            "collections, which pymongo 4 no longer has. Use Trials() with workers=N for several processes "
            "on this machine, or SparkTrials() for several machines",
            id="MongoTrials",
        ),
    ],
)
def test_trials_that_cannot_be_used(trials: Any, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        check_trials(trials)
    assert str(raised.value) == message


def test_trials_that_can_be_used() -> None:
    trials = Trials()
    check_trials(trials)
    assert not runs_elsewhere(trials)
    trials.asynchronous = True
    assert runs_elsewhere(trials)
