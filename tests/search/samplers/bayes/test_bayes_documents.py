"""``bayes.suggest`` under hyperopt's own ``fmin``: the space that it reads, and the points that it proposes."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pytest
from hyperopt import Domain, Trials, fmin, hp, rand

from hypertemplate import bayes
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.base import reached
from hypertemplate.search.samplers.hyperopt.domain_space import domain_space
from hypertemplate.search.samplers.hyperopt.sampler import algorithm_name, run_elsewhere
from hypertemplate.search.samplers.hyperopt.spaces import index_space
from hypertemplate.search.samplers.hyperopt.trial_documents import values
from tests.search.spaces import EVERY_DISTRIBUTION, as_hyperopt, chosen, numeric

PLANE = {"x": hp.uniform("x", 0, 1), "y": hp.uniform("y", 0, 1)}


def bowl(point: Mapping[str, float]) -> float:
    return (point["x"] - 0.3) ** 2 + (point["y"] - 0.7) ** 2


def searched(
    evals: int, trials: Any, random: Any, space: Any = PLANE, algo: Any = bayes.suggest, **more: Any
) -> Any:
    fmin(
        more.pop("loss", bowl),
        space,
        algo,
        evals,
        trials=trials,
        rstate=random,
        show_progressbar=False,
        verbose=False,
        **more,
    )
    return trials.vals


@pytest.mark.parametrize(
    ("expression", "dimension"),
    [
        pytest.param(hp.uniform("x", 0, 1), numeric("x", "uniform", low=0, high=1), id="by position"),
        pytest.param(
            hp.loguniform("x", high=0, low=-3), numeric("x", "loguniform", low=-3, high=0), id="by name"
        ),
        pytest.param(
            hp.qnormal("x", 0, 1, q=2), numeric("x", "qnormal", mu=0, sigma=1, q=2), id="with a step"
        ),
        pytest.param(
            hp.uniformint("x", 1, 4), numeric("x", "quniform", low=1, high=4, q=1.0), id="whole numbers"
        ),
        pytest.param(hp.randint("x", 5), numeric("x", "randint", integral=True, low=5), id="a few seeds"),
        pytest.param(
            hp.randint("x", 2, 9),
            numeric("x", "randint", integral=True, low=2, high=9),
            id="seeds from two on",
        ),
        pytest.param(
            hp.choice("x", [16, 32, 64]), chosen("x", "16", "32", "64"), id="numbers, which are ordered"
        ),
        pytest.param(
            hp.pchoice("x", [(0.2, "a"), (0.8, "b")]),
            chosen("x", "'a'", "'b'", probabilities=(0.2, 0.8)),
            id="weighted",
        ),
    ],
)
def test_a_distribution_is_read(expression: Any, dimension: Dimension) -> None:
    assert domain_space(Domain(None, {"x": expression})).space == (dimension,)


def test_every_distribution_is_read_with_its_place() -> None:
    known = {d.label: (d.distribution, d.parent, len(d.options)) for d in EVERY_DISTRIBUTION}
    found = domain_space(Domain(None, as_hyperopt()))
    read = {d.label: (d.distribution, d.parent, len(d.options)) for d in found.space}
    whole = {"uniformint": ("quniform", None, 0)}
    assert read == known | whole
    labels = [d.label for d in found.space]
    assert all(d.parent is None or labels.index(d.parent[0]) < labels.index(d.label) for d in found.space)


def test_a_label_that_two_options_share_is_reached_by_either() -> None:
    rate = hp.uniform("rate", 0, 1)
    space = {"kind": hp.choice("kind", [{"rate": rate}, {"rate": rate, "more": hp.uniform("more", 0, 1)}, 0])}
    read = domain_space(Domain(None, space))
    for kind, labels in enumerate(("rate", "rate more", "")):
        drawn = {"kind": kind, "rate": 0.5, "more": 0.5}
        assert {*read.reached(drawn)} == {"kind", *labels.split()}
    trials = Trials()
    searched(
        14, trials, np.random.default_rng(1), space, loss=lambda p: p["kind"]["rate"] if p["kind"] else 2.0
    )
    assert all(
        bool(one["misc"]["vals"]["rate"]) == (one["misc"]["vals"]["kind"][0] < 2) for one in trials.trials
    )


def test_a_bound_that_is_drawn_is_an_error() -> None:
    domain = Domain(None, {"x": hp.uniform("x", 0, hp.uniform("y", 1, 2))})
    with pytest.raises(UsageError, match="bayes cannot search x: it needs one of hyperopt's distributions"):
        domain_space(domain)


def test_fmin_finds_more_with_it() -> None:
    trials, drawn = Trials(), Trials()
    searched(25, trials, np.random.default_rng(1))
    searched(25, drawn, np.random.default_rng(1), algo=rand.suggest)
    assert min(trials.losses()) < 1e-3 < min(drawn.losses())


def test_points_depend_on_the_documents_and_the_seed_alone() -> None:
    """Documents that another process has read have no fits; the points are the same."""
    whole = searched(16, Trials(), np.random.default_rng(3))
    random = np.random.default_rng(3)
    first = Trials()
    searched(11, first, random)
    assert searched(16, pickle.loads(pickle.dumps(first)), random) == whole


def test_what_is_changed_in_the_documents_counts() -> None:
    trials = Trials()
    searched(12, trials, np.random.default_rng(3))
    domain = Domain(None, PLANE)
    (before,) = bayes.suggest([12], domain, trials, 1)
    for document in trials.trials:
        document["result"]["loss"] = -document["result"]["loss"]
    (after,) = bayes.suggest([12], domain, trials, 1)
    assert before["misc"]["vals"] != after["misc"]["vals"]
    (anew,) = bayes.suggest([12], domain, pickle.loads(pickle.dumps(trials)), 1)
    assert after["misc"]["vals"] == anew["misc"]["vals"]


def test_points_that_are_asked_for_together_differ() -> None:
    found = searched(16, Trials(), np.random.default_rng(1), max_queue_len=4)
    assert len({*zip(found["x"], found["y"], strict=True)}) == 16


def test_failures_do_not_stop_it() -> None:
    def loss(point: Mapping[str, float]) -> dict[str, Any]:
        return {"status": "fail"} if point["x"] > 0.5 else {"status": "ok", "loss": bowl(point)}

    trials = Trials()
    searched(20, trials, np.random.default_rng(1), loss=loss)
    assert trials.statuses()[8:].count("fail") < 6


def test_where_hyperopt_runs_the_trials_of_a_template_it_proposes_too() -> None:
    trials = Trials()
    run_elsewhere(
        lambda point: {"status": "ok", "loss": point["uniform"]}, EVERY_DISTRIBUTION, "bayes", 10, trials, 5
    )
    assert len(trials) == 10
    for document in trials.trials:
        params = values(document, EVERY_DISTRIBUTION)
        assert params == reached(
            EVERY_DISTRIBUTION, {d.label: params.get(d.label, 0.0) for d in EVERY_DISTRIBUTION}
        )


def test_a_space_of_ours_is_read_back() -> None:
    known = {d.label: d.parent for d in EVERY_DISTRIBUTION}
    assert {
        d.label: d.parent for d in domain_space(Domain(None, index_space(EVERY_DISTRIBUTION))).space
    } == known


@pytest.mark.parametrize("given", [bayes.suggest, partial(partial(bayes.suggest))])
def test_its_name_is_that_of_the_algorithm(given: Any) -> None:
    assert algorithm_name(given) == "bayes"
