"""The rules by which trials are stopped, as tables of cases."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.origin import Origin
from hypertemplate.runtime.protocol import Go, Stop
from hypertemplate.search.fixed_params import FixedParam
from hypertemplate.search.pruners.factory import pruner
from hypertemplate.search.pruners.final_losses import mapped
from hypertemplate.search.pruners.loss_curve import LossCurve
from hypertemplate.search.pruners.rungs import length, passes, rungs
from hypertemplate.search.pruners.watched_metric import Watched, Wish, watched_metric
from hypertemplate.search.samplers.enqueued import DEFAULTS
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from tests.search.pruners.test_contract import STUDY
from tests.search.spaces import numeric


@pytest.mark.parametrize(
    ("epochs", "complete", "whole"),
    [
        pytest.param(20, [], 20, id="the fit's epochs at first"),
        pytest.param(None, [], None, id="unknown at first"),
        pytest.param(500, [12, 14], 500, id="two complete trials do not tell"),
        pytest.param(500, [12, 14, 40], 14, id="early stopping makes 500 epochs 14"),
        pytest.param(None, [8, 9, 10, 11], 10, id="between two lengths the longer one"),
    ],
)
def test_how_long_a_whole_fit_is(epochs: int | None, complete: list[int], whole: int | None) -> None:
    assert length(epochs, complete) == whole


@pytest.mark.parametrize(
    ("whole", "first", "expected"),
    [
        pytest.param(6, None, (1, 3), id="the shortest fit"),
        pytest.param(9, None, (1, 3), id="nine"),
        pytest.param(10, None, (2, 6), id="rounded up"),
        pytest.param(27, None, (3, 9), id="three and nine of 27"),
        pytest.param(100, None, (12, 36), id="a hundred"),
        pytest.param(27, 1, (1, 3, 9), id="fast begins with the first epoch"),
    ],
)
def test_the_rungs_lie_below_the_whole_length(
    whole: int, first: int | None, expected: tuple[int, ...]
) -> None:
    assert rungs(whole, first) == expected


@pytest.mark.parametrize(
    ("own", "others", "goes_on"),
    [
        pytest.param(9.0, [1, 2, 3], True, id="the fourth to arrive goes on in any case"),
        pytest.param(9.0, [1, 2, 3, 4], False, id="of five the last does not"),
        pytest.param(2.0, [1, 3, 4, 5], True, id="two of five go on"),
        pytest.param(3.0, [1, 2, 4, 5], False, id="three do not"),
        pytest.param(2.0, [1, 2, 2, 2, 2], True, id="ties pass"),
        pytest.param(3.0, [1, 2, 4, 5, 6, 7, 8], True, id="three of eight go on"),
        pytest.param(math.inf, [math.inf] * 4, True, id="all at their worst are equal"),
    ],
)
def test_the_best_third_goes_on(own: float, others: list[float], goes_on: bool) -> None:
    assert passes(sum(other < own for other in others), len(others) + 1) is goes_on


def test_what_a_trial_has_reached_is_its_best_so_far_and_nan_is_the_worst() -> None:
    curve = LossCurve((1, 2, 3, 4), (3.0, math.nan, 2.0, 1.0)).until(3)
    assert curve is not None
    assert curve.standing == (2.0, math.inf)
    assert LossCurve((1,), (math.nan,), (5.0,)).standing == (math.inf, 5.0)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param(5.0, 0.3, id="beyond the worst: the worst"),
        pytest.param(0.5, 0.1, id="better than the best: the best"),
        pytest.param(2.0, 0.2, id="where one stood: what it came to"),
        pytest.param(1.5, 0.15, id="between two: between what they came to"),
    ],
)
def test_a_stopped_trial_is_told_as_the_loss_that_its_place_came_to(value: float, told: float) -> None:
    assert mapped(value, [1.0, 2.0, 3.0], [0.1, 0.2, 0.3]) == pytest.approx(told)
    assert mapped(value, [], []) is None
    assert mapped(value, [1.0, math.inf], [0.1, 0.3]) in (0.1, 0.3, 0.2)


@given(st.floats(-9, 9), st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1))
def test_an_estimate_lies_among_the_final_losses(value: float, pairs: list[tuple[float, float]]) -> None:
    before, after = sorted(a for a, _ in pairs), sorted(b for _, b in pairs)
    told = mapped(value, before, after)
    assert told is not None
    assert after[0] - 1e-9 <= told <= after[-1] + 1e-9


def fit(number: int, *epochs: dict[str, float], most: int | None = 9) -> Curve:
    return Curve(number, most, tuple(Report(step, step, metrics) for step, metrics in enumerate(epochs)))


def complete(number: int, loss: float, *curves: Curve) -> Trial:
    return Trial(number, TrialState.COMPLETE, {"rate": float(number)}, loss, curves=curves)


TRAINED = fit(
    0, {"loss": 3.0, "val_loss": 2.0, "val_acc": 0.5}, {"loss": 1.0, "val_loss": 2.5, "val_acc": 0.4}
)
OTHER = fit(0, {"loss": 3.0, "val_loss": 1.0, "val_acc": 0.7})
BOOSTED = fit(0, {"val_auc": 0.5, "val_logloss": 1.0})
PLAIN = fit(0, {"loss": 1.0, "mae": 2.0})


@pytest.mark.parametrize(
    ("trials", "objective", "wish", "found"),
    [
        pytest.param((), None, Wish(), None, id="nothing is known before a trial is complete"),
        pytest.param(
            ((2.0, TRAINED),), None, Wish(), None, id="one trial does not tell which number it returned"
        ),
        pytest.param(
            ((-0.5, TRAINED), (-0.7, OTHER)),
            None,
            Wish(),
            Watched("val_acc", True, 0, judged=True),
            id="the best accuracy, negated, was returned",
        ),
        pytest.param(
            ((2.5, TRAINED), (1.0, OTHER)),
            None,
            Wish(),
            Watched("val_loss", False, 0, judged=True),
            id="the last loss was",
        ),
        pytest.param(
            ((0.1, TRAINED), (0.2, OTHER)),
            None,
            Wish(),
            Watched("val_loss", False, 0),
            id="another number was",
        ),
        pytest.param(
            ((0.1, TRAINED),),
            "val_loss",
            Wish(),
            Watched("val_loss", False, 0, judged=True),
            id="the objective is reported",
        ),
        pytest.param(
            ((0.1, BOOSTED),),
            "eval-logloss",
            Wish(),
            Watched("val_logloss", False, 0, judged=True),
            id="the objective is named as XGBoost prints it",
        ),
        pytest.param(
            ((0.1, BOOSTED),),
            None,
            Wish("eval-auc"),
            Watched("val_auc", True, 0),
            id="so is what the user says",
        ),
        pytest.param(
            ((0.1, TRAINED),), None, Wish("val_acc"), Watched("val_acc", True, 0), id="the user says which"
        ),
        pytest.param(
            ((0.1, TRAINED),),
            None,
            Wish("loss"),
            Watched("loss", False, 0),
            id="a training metric if it is named",
        ),
        pytest.param(
            ((0.1, TRAINED),),
            None,
            Wish("val_acc", False),
            Watched("val_acc", False, 0),
            id="and the direction",
        ),
        pytest.param(
            ((0.1, PLAIN),),
            None,
            Wish("val_loss"),
            "no fit reports val_loss, only loss, mae: give fit() validation_data=(x_val, y_val) or "
            "validation_split=0.2",
            id="no validation",
        ),
        pytest.param(
            ((0.1, replace(PLAIN, unit="round")),),
            None,
            Wish("val_loss"),
            "no fit reports val_loss, only loss, mae: give fit() an evaluation set, as in "
            "eval_set=[(x_val, y_val)]",
            id="boosting without an evaluation set",
        ),
        pytest.param(
            ((0.1, fit(0, {"train_logloss": 1.0, "val_logloss": 1.0})),),
            None,
            Wish("val_loss"),
            "no fit reports val_loss, only train_logloss, val_logloss; to compare trials by val_logloss: "
            "--prune-on val_logloss",
            id="boosting with one",
        ),
        pytest.param(
            ((0.1, fit(0, {"val_auc": 1.0}), fit(1, {"val_auc": 1.0})),),
            None,
            Wish("val_loss"),
            "no fit reports val_loss, only val_auc; to compare trials by val_auc of their first fit: "
            "--prune-fit 1 and --prune-on val_auc",
            id="folds",
        ),
        pytest.param(
            ((0.1, replace(fit(0, {"kappa": 1.0}), unit="step")),),
            None,
            Wish("val_loss"),
            "no fit reports val_loss, only kappa; to compare trials by kappa: --prune-on kappa:min or "
            "--prune-on kappa:max",
            id="a loop of one's own",
        ),
        pytest.param(
            ((0.1, PLAIN),),
            None,
            Wish("accuracy"),
            "no fit reports accuracy, only loss, mae; to compare trials by loss: --prune-on loss",
            id="a metric that there is not",
        ),
        pytest.param(
            ((0.1,), (0.2,)),
            None,
            Wish(),
            "no fit was seen, so there is nothing to stop a trial by",
            id="no fit at all",
        ),
        pytest.param(
            ((0.1, PLAIN),),
            None,
            Wish("kappa"),
            "kappa may be better or worse when it grows: --prune-on kappa:min or --prune-on kappa:max",
            id="a metric whose direction nobody knows",
        ),
        pytest.param(
            ((0.1, PLAIN, fit(1, {"loss": 1.0})),),
            None,
            Wish("loss"),
            "2 fits of a trial report loss: name the one that counts by its number, as in --prune-fit 1, or the last "
            "one: --prune-fit last",
            id="two fits have it",
        ),
        pytest.param(
            ((0.1, PLAIN, fit(1, {"loss": 1.0})),),
            None,
            Wish("loss", fit=-1),
            Watched("loss", False, 1),
            id="the last of two fits",
        ),
        pytest.param(
            ((0.1, PLAIN, fit(1, {"loss": 1.0})),),
            None,
            Wish("loss", fit=0),
            Watched("loss", False, 0),
            id="the first of two fits",
        ),
        pytest.param(
            ((0.1, PLAIN, fit(1, {"loss": 1.0})),),
            None,
            Wish("mae"),
            Watched("mae", False, 0),
            id="the only fit that has it",
        ),
    ],
)
def test_which_metric_is_watched(
    trials: tuple[tuple[object, ...], ...], objective: str | None, wish: Wish, found: object
) -> None:
    made = tuple(complete(number, *trial) for number, trial in enumerate(trials))  # type: ignore[arg-type]
    assert watched_metric(replace(STUDY, objective=objective, trials=made), wish) == found


RATE = (numeric("rate", "uniform", low=0, high=100),)
SEARCH = replace(STUDY, space=RATE, max_evals=30, objective="val_loss")


def losses(*values: float, most: int = 9) -> Curve:
    return fit(0, *({"val_loss": value} for value in values), most=most)


def ended(number: int, *values: float) -> Trial:
    return complete(number, min(values), losses(*values))


FIVE = tuple(ended(number, *[float(number + 1)] * 9) for number in range(5))


def answer(
    own: Curve,
    *,
    method: str = "asha",
    trials: tuple[Trial, ...] = FIVE,
    study: Study = SEARCH,
    points: tuple[tuple[FixedParam, ...], ...] = (),
) -> tuple[object, list[str]]:
    """What a method says to the last report of trial 9."""
    notes: list[str] = []
    one = pruner(method, Wish(), points, notes.append)  # type: ignore[arg-type]
    one.begin(replace(study, trials=trials), ())
    one.trial_started(Trial(9, TrialState.RUNNING, {"rate": 50.0}))
    return one.epoch_ended(9, own), notes


@pytest.mark.parametrize(
    ("loss", "goes_on"),
    [pytest.param(2.05, True, id="the second"), pytest.param(2.25, False, id="the fourth")],
)
def test_equal_accuracies_are_ranked_by_the_loss(loss: float, *, goes_on: bool) -> None:
    def chance(loss: float, epochs: int) -> Curve:
        return fit(0, *[{"val_accuracy": 0.1, "val_loss": loss}] * epochs, most=9)

    trials = tuple(complete(number, -0.1, chance(2 + number / 10, 9)) for number in range(5))
    study = replace(SEARCH, objective="val_accuracy", maximize=True)
    said, _ = answer(chance(loss, 1), trials=trials, study=study)
    assert isinstance(said, Go) is goes_on


@pytest.mark.parametrize(
    ("own", "options", "reason"),
    [
        pytest.param(
            losses(3.5),
            {},
            "the best val_loss up to epoch 1 of 9, 3.5, ranks 4th of 6 trials, and the best third continues",
            id="beyond the best third",
        ),
        pytest.param(losses(1.5), {}, None, id="among the best third"),
        pytest.param(losses(1.5, 9.0), {}, None, id="between two rungs"),
        pytest.param(losses(9.0, 9.0, 1.5), {}, None, id="its best so far counts"),
        pytest.param(losses(9.0, 9.0), {"method": "fast"}, None, id="fast has the same second rung"),
        pytest.param(losses(9.0), {"trials": FIVE[:3]}, None, id="four have arrived"),
        pytest.param(
            losses(9.0),
            {"trials": FIVE[:4]},
            "the best val_loss up to epoch 1 of 9, 9, ranks 5th of 5 trials, and the best third continues",
            id="five have arrived",
        ),
        pytest.param(
            losses(9.0, most=500),
            {},
            "the best val_loss up to epoch 1 of 9, 9, ranks 6th of 6 trials, and the best third continues",
            id="epochs=500 with early stopping",
        ),
        pytest.param(
            losses(9.0, 9.0, 9.0),
            {"trials": (*FIVE[:3], ended(3, 0.5, 0.4))},
            "the best val_loss up to epoch 3 of 9, 9, ranks 5th of 5 trials, and the best third continues",
            id="a fit that ended before the rung counts with its best",
        ),
        pytest.param(losses(9.0), {"method": "none"}, None, id="no pruning"),
        pytest.param(
            losses(3.5, 3.5), {"method": "median"}, "worse than the median, 3", id="below the median"
        ),
        pytest.param(losses(3.0), {"method": "median"}, None, id="at the median"),
        pytest.param(losses(3.5), {"method": "median", "trials": FIVE[:4]}, None, id="four are no median"),
    ],
)
def test_whether_a_trial_goes_on(own: Curve, options: dict[str, object], reason: str | None) -> None:
    said, _ = answer(own, **options)  # type: ignore[arg-type]
    if reason is None:
        assert said == Go()
    else:
        assert isinstance(said, Stop)
        assert reason in said.reason
        assert not said.failed


@pytest.mark.parametrize("value", [math.nan, math.inf], ids=["NaN", "infinite"])
def test_a_loss_that_is_not_finite_ends_the_trial_at_once(value: float) -> None:
    said, _ = answer(losses(1.0, value))
    assert said == Stop(f"val_loss is {value} after epoch 2", failed=True)


@pytest.mark.parametrize(
    ("study", "own", "trials", "note"),
    [
        pytest.param(
            replace(SEARCH, max_evals=14),
            losses(9.0),
            FIVE,
            "no trial is pruned: the search has 14 trials, and pruning needs 15 or more",
            id="few trials",
        ),
        pytest.param(
            SEARCH,
            losses(9.0, most=5),
            FIVE[:2],
            "no trial is pruned: fits end after 5 epochs, and pruning needs 6 or more",
            id="a short fit",
        ),
        pytest.param(
            replace(SEARCH, objective=None),
            losses(9.0),
            (complete(0, 0.0), complete(1, 1.0)),
            "no trial is pruned: no fit was seen, so there is nothing to stop a trial by",
            id="nothing reported",
        ),
    ],
)
def test_why_no_trial_is_stopped(study: Study, own: Curve, trials: tuple[Trial, ...], note: str) -> None:
    assert answer(own, study=study, trials=trials) == (Go(), [note])


def test_a_point_that_the_user_gave_runs_to_its_end() -> None:
    own = losses(9.0)
    assert isinstance(answer(own)[0], Stop)
    given = ((FixedParam("rate", "50"),),)
    assert answer(own, points=given)[0] == Go()
    assert isinstance(answer(own, points=((FixedParam("rate", "51"),),))[0], Stop)


def test_a_trial_with_the_defaults_of_the_file_runs_to_its_end() -> None:
    for default, said in ((50.0, Go), (51.0, Stop)):
        space = (replace(RATE[0], default=default),)
        found = answer(losses(9.0), study=replace(SEARCH, space=space), points=(DEFAULTS,))[0]
        assert isinstance(found, said)


def test_a_trial_that_runs_again_gets_the_same_answers_and_replaces_what_it_reported() -> None:
    """Up to where it had come no decision is taken anew: it went on there, or was stopped."""
    left = Trial(9, TrialState.RUNNING, {"rate": 50.0}, curves=(losses(9.0),))
    for reason in ("", "as decided"):
        one = pruner("asha", Wish(), (), print)
        interrupted = replace(left, curves=(with_stop(losses(9.0), reason),))
        one.begin(replace(SEARCH, trials=FIVE), (interrupted,))
        one.trial_started(Trial(9, TrialState.RUNNING, {"rate": 50.0}))
        assert one.epoch_ended(9, losses(8.0)) == (Stop(reason) if reason else Go())
        assert one.epoch_ended(9, losses(8.0, 8.0)) == Go()
        said = one.epoch_ended(9, losses(8.0, 8.0, 7.0))
        assert said == Stop(
            "the best val_loss up to epoch 3 of 9, 7, ranks 6th of 6 trials, and the best third continues"
        )


def test_what_an_interrupted_trial_had_reported_counts_until_it_has_come_as_far_again() -> None:
    trials = (*FIVE[:3], ended(5, *[6.0] * 9))

    def rank(*again: Curve) -> object:
        one = pruner("asha", Wish(), (), print)
        one.begin(replace(SEARCH, trials=trials), (Trial(8, TrialState.RUNNING, {}, curves=(losses(0.5),)),))
        one.trial_started(Trial(8, TrialState.RUNNING, {"rate": 8.0}))
        one.trial_started(Trial(9, TrialState.RUNNING, {"rate": 50.0}))
        for curve in again:
            assert one.epoch_ended(8, curve) == Go()
        return one.epoch_ended(9, losses(2.5))

    assert rank() == Stop(
        "the best val_loss up to epoch 1 of 9, 2.5, ranks 4th of 6 trials, and the best third continues"
    )
    assert rank(losses(7.0)) == Stop(
        "the best val_loss up to epoch 1 of 9, 2.5, ranks 3rd of 6 trials, and the best third continues"
    )


def test_a_trial_that_ended_with_nan_and_runs_again_has_failed_again() -> None:
    reason = "val_loss is nan after epoch 2"
    left = Trial(9, TrialState.RUNNING, {"rate": 50.0}, curves=(with_stop(losses(1.0, math.nan), reason),))
    one = pruner("asha", Wish(), (), print)
    one.begin(replace(SEARCH, trials=FIVE), (left,))
    one.trial_started(Trial(9, TrialState.RUNNING, {"rate": 50.0}))
    assert one.epoch_ended(9, losses(1.0)) == Go()
    assert one.epoch_ended(9, losses(1.0, math.nan)) == Stop(reason, failed=True)


def with_stop(curve: Curve, reason: str) -> Curve:
    return replace(curve, reports=(*curve.reports[:-1], replace(curve.reports[-1], stop=reason)))


def test_a_stopped_loop_says_its_number_by_its_own_steps() -> None:
    one = pruner("asha", Wish(), (), print)
    one.begin(replace(SEARCH, trials=FIVE), ())
    reports = tuple(replace(report, epoch=10 * step) for step, report in enumerate(losses(3.0, 3.5).reports))
    own = replace(losses(3.0), unit="step", reports=reports)
    settled = one.settled(Trial(9, TrialState.PRUNED, {"rate": 50.0}, None, curves=(own,)))
    assert settled.origin == Origin("val_loss", "fit", 10, 10, unit="step")


@pytest.mark.parametrize(
    ("loss", "own", "study", "expected"),
    [
        pytest.param(3.0, losses(3.5), SEARCH, (3.0, 0.35), id="what the model returned is its value"),
        pytest.param(None, losses(3.5), SEARCH, (3.5, 0.35), id="else the last that was watched"),
        pytest.param(None, losses(3.0, 3.5), SEARCH, (3.5, 0.3), id="it stands by its best"),
        pytest.param(None, losses(9.0), SEARCH, (9.0, 0.5), id="beyond the worst: the worst"),
        pytest.param(None, losses(0.1), SEARCH, (0.1, 0.1), id="never below the best"),
        pytest.param(
            None,
            losses(3.5),
            replace(SEARCH, objective=None),
            (None, 0.35),
            id="a metric that trials are not judged by is no value",
        ),
        pytest.param(3.0, None, SEARCH, (3.0, 3.0), id="nothing was watched"),
    ],
)
def test_the_value_of_a_stopped_trial_and_what_the_sampler_hears(
    loss: float | None, own: Curve | None, study: Study, expected: tuple[float | None, float | None]
) -> None:
    one = pruner("asha", Wish(), (), print)
    one.begin(replace(study, trials=tuple(replace(t, loss=t.loss and t.loss / 10) for t in FIVE)), ())
    stopped = Trial(9, TrialState.PRUNED, {"rate": 50.0}, loss, curves=(own,) if own else ())
    settled = one.settled(stopped)
    assert settled.loss == expected[0]
    assert settled.estimate == pytest.approx(expected[1])
