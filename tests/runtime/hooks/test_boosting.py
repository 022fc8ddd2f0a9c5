"""Fits of the real XGBoost and LightGBM: watched, stopped, and otherwise exactly as without the hook."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from hypertemplate.runtime.hooks import lightgbm_train, xgboost_train
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.protocol import Epoch, FitEnded, FitStarted, Go, Stop
from hypertemplate.runtime.reports.fits import Fits, TrialStopped

Message = FitStarted | Epoch | FitEnded

lgb: Any = None
xgb: Any = None

pytestmark = pytest.mark.filterwarnings("ignore:The argument 'eval_set' is deprecated")

_rng = np.random.default_rng(0)
X, NEW = _rng.normal(size=(60, 4)), _rng.normal(size=(40, 4))
Y, NEW_Y = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int), (NEW[:, 0] + NEW[:, 1] ** 2 > 0.5).astype(int)
KINDS, NEW_KINDS = np.digitize(X[:, 0], [-0.5, 0.5]), np.digitize(NEW[:, 0], [-0.5, 0.5])

XGB = {"objective": "binary:logistic", "nthread": 1, "max_depth": 2, "subsample": 0.7, "seed": 3}
LGB = {"objective": "binary", "num_threads": 1, "num_leaves": 4, "min_data_in_leaf": 2, "verbose": -1}
SKLEARN = {"n_estimators": 12, "n_jobs": 1, "random_state": 3}
LEAVES = {"num_leaves": 4, "min_child_samples": 2, "verbose": -1, **SKLEARN}


class Trial:
    """A running trial and the driver behind it, which stops it after a round, from 0."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.heard: list[Message] = []
        self._stop_after = stop_after
        self.fits = Fits(self._ask)

    def _ask(self, message: Message) -> Go | Stop:
        self.heard.append(message)
        stops = isinstance(message, Epoch) and message.epoch == self._stop_after
        return Stop("enough") if stops else Go()

    @property
    def reports(self) -> list[Epoch]:
        return [message for message in self.heard if isinstance(message, Epoch)]


RUNNING: list[Trial] = []
"""The trial that runs, if one does."""


@pytest.fixture(scope="module", autouse=True)
def libraries() -> None:
    """Import them for these tests alone, not for each process that collects them."""
    global lgb, xgb
    lgb, xgb = importlib.import_module("lightgbm"), importlib.import_module("xgboost")


@pytest.fixture(autouse=True)
def hooked(libraries: None) -> Iterator[None]:
    watcher = ImportWatcher()
    undo = [
        library.report_fits(watcher, lambda: RUNNING[-1].fits if RUNNING else None)
        for library in (lightgbm_train, xgboost_train)
    ]
    yield
    for give_back in undo:
        give_back()


def watched(fit: Callable[[], Any], trial: Trial | None = None) -> tuple[Any, Trial]:
    """Run a fit in a trial."""
    trial = trial or Trial()
    RUNNING.append(trial)
    try:
        return fit(), trial
    finally:
        RUNNING.pop()


def dmatrices() -> tuple[Any, Any]:
    return xgb.DMatrix(X, Y), xgb.DMatrix(NEW, NEW_Y)


def datasets() -> tuple[Any, Any]:
    train = lgb.Dataset(X, Y, free_raw_data=False)
    return train, lgb.Dataset(NEW, NEW_Y, reference=train, free_raw_data=False)


def logistic(predicted: Any, _: Any) -> Any:
    share = 1 / (1 + np.exp(-predicted))
    return share - Y, share * (1 - share)


def hits(predicted: Any, data: Any) -> tuple[str, float]:
    return "hits", float(np.mean((predicted > 0.5) == data.get_label()))


def xgb_train() -> Any:
    train, new = dmatrices()
    log: dict[str, Any] = {}
    booster = xgb.train(
        {**XGB, "eval_metric": ["auc", "logloss"]},
        train,
        12,
        evals=[(train, "train"), (new, "eval")],
        evals_result=log,
        verbose_eval=5,
    )
    return booster.predict(new).tolist(), log, booster.num_boosted_rounds(), booster.attributes()


def xgb_early_stopping() -> Any:
    train, new = dmatrices()
    booster = xgb.train({**XGB, "eta": 2}, train, 50, evals=((new, "a"),), early_stopping_rounds=2)
    return booster.best_iteration, booster.best_score, booster.num_boosted_rounds()


def xgb_callbacks() -> Any:
    class Remembering(xgb.callback.TrainingCallback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[Any] = []

        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            self.seen.append((epoch, random.random(), [*evals_log], model.num_boosted_rounds()))
            return len(self.seen) == 4

    mine = Remembering()
    stopping = xgb.callback.EarlyStopping(rounds=9, save_best=True)
    given = [mine, stopping]
    model = xgb.XGBClassifier(**SKLEARN, callbacks=given)
    random.seed(2)
    model.fit(X, Y, eval_set=[(NEW, NEW_Y)], verbose=False)
    return mine.seen, model.best_iteration, model.predict(NEW).tolist(), len(given), random.random()


def xgb_classes() -> Any:
    model = xgb.XGBClassifier(**SKLEARN, eval_metric=["mlogloss", "merror"], early_stopping_rounds=3)
    model.fit(X, KINDS, eval_set=[(X, KINDS), (NEW[:9], NEW_KINDS[:9]), (NEW, NEW_KINDS)], verbose=False)
    return model.predict(NEW).tolist(), model.evals_result(), model.best_iteration, model.best_score


def xgb_ranking() -> Any:
    model = xgb.XGBRanker(**SKLEARN, eval_metric="ndcg@2")
    groups = np.repeat(np.arange(10), 6)
    model.fit(X, Y, qid=groups, eval_set=[(NEW, NEW_Y)], eval_qid=[np.repeat(np.arange(8), 5)], verbose=False)
    return model.predict(NEW).tolist(), model.evals_result()


def xgb_warm() -> Any:
    train, new = dmatrices()
    first = xgb.train(XGB, train, 3)
    booster = xgb.train({**XGB, "booster": "dart"}, train, 4, evals=[(new, "val")], verbose_eval=False)
    longer = xgb.train(XGB, train, 4, evals=[(new, "val")], verbose_eval=False, xgb_model=first)
    return booster.predict(new).tolist(), longer.predict(new).tolist(), longer.num_boosted_rounds()


def xgb_custom() -> Any:
    train, new = dmatrices()
    log: dict[str, Any] = {}
    booster = xgb.train(
        {**XGB, "disable_default_eval_metric": 1},
        train,
        5,
        evals=iter([(new, "new")]),
        obj=logistic,
        custom_metric=hits,
        maximize=True,
        evals_result=log,
        verbose_eval=False,
    )
    return booster.predict(new).tolist(), log


def xgb_folds() -> Any:
    means = xgb.cv(XGB, dmatrices()[0], 6, nfold=3, metrics="auc", early_stopping_rounds=5, seed=4)
    return means.to_dict()


def lgb_train() -> Any:
    train, new = datasets()
    log: dict[str, Any] = {}
    callbacks = [lgb.record_evaluation(log), lgb.log_evaluation(5)]
    booster = lgb.train(
        {
            **LGB,
            "metric": ["auc", "binary_logloss"],
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "n_iter": 12,
        },
        train,
        valid_sets=[train, new],
        valid_names=["fitted", "checked"],
        callbacks=callbacks,
    )
    return booster.predict(NEW).tolist(), log, booster.num_trees(), booster.best_score, len(callbacks)


def lgb_early_stopping() -> Any:
    train, new = datasets()
    booster = lgb.train({**LGB, "learning_rate": 3, "early_stopping_round": 2}, train, 50, valid_sets=new)
    return booster.best_iteration, booster.best_score, booster.num_trees()


def lgb_callbacks() -> Any:
    train, new = datasets()
    seen: list[Any] = []

    def first(env: Any) -> None:
        seen.append(("first", env.iteration, env.evaluation_result_list[0].metric_value, random.random()))

    def second(env: Any) -> None:
        seen.append(("second", env.iteration, env.end_iteration))

    random.seed(2)
    lgb.train(LGB, train, 3, valid_sets=[new], callbacks=[second, first])
    return seen, first.__dict__, second.__dict__, random.random()


def lgb_classes() -> Any:
    model = lgb.LGBMClassifier(**LEAVES)
    early = lgb.early_stopping(3, verbose=False)
    model.fit(
        X,
        KINDS,
        eval_set=[(NEW, NEW_KINDS), (X, KINDS)],
        eval_names=["check", "fit"],
        eval_metric="multi_error",
        callbacks=[early],
    )
    return model.predict(NEW).tolist(), model.evals_result_, model.best_iteration_, model.best_score_


def lgb_tuple() -> Any:
    model = lgb.LGBMClassifier(**LEAVES).fit(X, Y, eval_set=(NEW, NEW_Y))
    return model.predict_proba(NEW).tolist(), model.evals_result_


def lgb_ranking() -> Any:
    model = lgb.LGBMRanker(**LEAVES)
    model.fit(X, Y, group=[6] * 10, eval_set=[(NEW, NEW_Y)], eval_group=[[5] * 8], eval_at=[2])
    return model.predict(NEW).tolist(), model.evals_result_


def lgb_warm() -> Any:
    train, new = datasets()
    first = lgb.train(LGB, train, 3)
    booster = lgb.train({**LGB, "boosting": "dart"}, train, 4, valid_sets=[new], init_model=first)
    return booster.predict(NEW).tolist(), booster.num_trees(), booster.best_iteration


def lgb_custom() -> Any:
    train, new = datasets()
    booster = lgb.train(
        {**LGB, "objective": logistic, "metric": "None"},
        train,
        5,
        valid_sets=[new],
        feval=lambda predicted, data: (*hits(predicted, data), True),
    )
    return booster.predict(NEW).tolist(), booster.best_score


def lgb_folds() -> Any:
    return lgb.cv(LGB, datasets()[0], 6, nfold=3, eval_train_metric=True, seed=4)


@pytest.mark.parametrize(
    ("fit", "metrics", "more", "numbers"),
    [
        pytest.param(
            xgb_train,
            ["auc", "logloss", "val_auc", "val_logloss"],
            {"auc": True, "logloss": False},
            range(12),
            id="XGBoost's train, on the training set too",
        ),
        pytest.param(xgb_early_stopping, ["val_logloss"], {"logloss": False}, None, id="its early stopping"),
        pytest.param(xgb_callbacks, ["val_logloss"], {"logloss": False}, range(4), id="the user's callbacks"),
        pytest.param(
            xgb_classes,
            [
                "mlogloss",
                "merror",
                "validation_1-mlogloss",
                "validation_1-merror",
                "val_mlogloss",
                "val_merror",
            ],
            {
                "mlogloss": False,
                "merror": False,
                "validation_1-mlogloss": False,
                "validation_1-merror": False,
            },
            None,
            id="XGBoost's interface of scikit-learn, three evaluation sets and classes",
        ),
        pytest.param(xgb_ranking, ["val_ndcg@2"], {"ndcg@2": True}, range(12), id="XGBoost's ranking"),
        pytest.param(
            xgb_warm, ["val_logloss"], {"logloss": False}, range(4), id="XGBoost's DART, warm start"
        ),
        pytest.param(
            xgb_custom,
            ["val_hits"],
            {"hits": True},
            range(5),
            id="XGBoost's own loss and metric, an iterator",
        ),
        pytest.param(xgb_folds, ["auc", "val_auc"], {"auc": True}, range(6), id="XGBoost's folds"),
        pytest.param(
            lgb_train,
            ["auc", "binary_logloss", "val_auc", "val_binary_logloss"],
            {"auc": True, "binary_logloss": False},
            range(12),
            id="LightGBM's train, the number of rounds among the parameters",
        ),
        pytest.param(
            lgb_early_stopping, ["val_binary_logloss"], {"binary_logloss": False}, None, id="early stopping"
        ),
        pytest.param(
            lgb_callbacks,
            ["val_binary_logloss"],
            {"binary_logloss": False},
            range(3),
            id="functions in order",
        ),
        pytest.param(
            lgb_classes,
            ["multi_error", "multi_logloss", "val_multi_error", "val_multi_logloss"],
            {"multi_error": False, "multi_logloss": False},
            None,
            id="LightGBM's interface of scikit-learn, the training set last",
        ),
        pytest.param(
            lgb_tuple, ["val_binary_logloss"], {"binary_logloss": False}, range(12), id="one set in a tuple"
        ),
        pytest.param(lgb_ranking, ["val_ndcg@2"], {"ndcg@2": True}, range(12), id="LightGBM's ranking"),
        pytest.param(
            lgb_warm,
            ["val_binary_logloss"],
            {"binary_logloss": False},
            range(3, 7),
            id="LightGBM's DART, warm start",
        ),
        pytest.param(lgb_custom, ["val_hits"], {"hits": True}, range(5), id="LightGBM's own loss and metric"),
        pytest.param(
            lgb_folds,
            ["binary_logloss", "val_binary_logloss"],
            {"binary_logloss": False},
            range(6),
            id="LightGBM's folds",
        ),
    ],
)
def test_a_fit_is_watched_and_all_else_is_as_without(
    fit: Callable[[], Any],
    metrics: list[str],
    more: dict[str, bool],
    numbers: range | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plain = fit()
    printed = capsys.readouterr().out
    result, trial = watched(fit)
    assert result == plain
    assert capsys.readouterr().out == printed
    last = trial.heard[-1]
    assert isinstance(last, FitEnded)
    reports = [report for report in trial.reports if report.fit == last.fit]
    assert sorted(reports[-1].metrics) == sorted(metrics)
    assert trial.fits.last.names.directions == more
    assert last.epochs == len(reports)
    if numbers is not None:
        assert [report.epoch for report in reports] == [*numbers]


@pytest.mark.parametrize(
    ("fit", "rounds"),
    [
        pytest.param(xgb_early_stopping, 50, id="XGBoost"),
        pytest.param(lgb_early_stopping, 50, id="LightGBM"),
        pytest.param(
            lambda: xgb.train(XGB, dmatrices()[0], np.int64(2), evals=[(dmatrices()[1], "new")]),
            2,
            id="a number of NumPy's",
        ),
        pytest.param(lgb_warm, 4, id="a warm start of LightGBM, whose rounds are counted on"),
        pytest.param(lgb_train, 12, id="rounds among LightGBM's parameters"),
        pytest.param(xgb_folds, 6, id="folds"),
    ],
)
def test_a_fit_begins_with_the_most_rounds_that_it_may_run(fit: Callable[[], Any], rounds: int) -> None:
    _, trial = watched(fit)
    assert trial.heard[0] == FitStarted(0, rounds, "round")


def test_early_stopping_of_the_users_is_a_fit_that_ended_by_itself() -> None:
    (best, _, ran), trial = watched(xgb_early_stopping)
    assert best < ran < 50
    assert trial.heard[-1] == FitEnded(0, ran)
    (best, _, _), trial = watched(lgb_early_stopping)
    assert trial.heard[-1] == FitEnded(0, best + 2)


def test_a_stopped_fit_ends_by_the_librarys_own_stop() -> None:
    (predicted, log, ran, _), trial = watched(xgb_train, Trial(stop_after=3))
    assert ran == 4
    assert len(predicted) == len(NEW)
    assert [len(values) for values in log["eval"].values()] == [4, 4]
    assert trial.heard[-1] == FitEnded(0, 4)
    (predicted, log, trees, scores, _), trial = watched(lgb_train, Trial(stop_after=3))
    assert trees == 4
    assert len(predicted) == len(NEW)
    assert len(log["checked"]["auc"]) == 4
    assert scores["checked"]["auc"] == log["checked"]["auc"][-1]
    assert trial.heard[-1] == FitEnded(0, 4)


def test_the_users_callbacks_hear_of_the_round_after_which_a_fit_is_stopped() -> None:
    (best, score, ran), _ = watched(xgb_early_stopping, Trial(stop_after=0))
    assert (best, ran) == (0, 1)
    assert score > 0
    (seen, *_), _ = watched(lgb_callbacks, Trial(stop_after=1))
    assert [(name, at) for name, at, *_ in seen] == [("second", 0), ("first", 0), ("second", 1), ("first", 1)]


@pytest.mark.parametrize(
    "fit",
    [pytest.param(xgb_folds, id="XGBoost"), pytest.param(lgb_folds, id="LightGBM")],
)
def test_folds_that_are_stopped_have_the_means_so_far(fit: Callable[[], Any]) -> None:
    means, _ = watched(fit, Trial(stop_after=2))
    assert {len(values) for values in means.values()} == {3}
    assert all(values[at] == fit()[name][at] for name, values in means.items() for at in range(3))


@pytest.mark.parametrize(
    "fit",
    [
        pytest.param(lambda: xgb.train(XGB, dmatrices()[0], 2), id="XGBoost's train"),
        pytest.param(lambda: xgb.train(XGB, dmatrices()[0], 2, evals=[]), id="an empty list"),
        pytest.param(
            lambda: xgb.XGBClassifier(**SKLEARN).fit(X, Y), id="XGBoost's interface of scikit-learn"
        ),
        pytest.param(lambda: lgb.train(LGB, datasets()[0], 2), id="LightGBM's train"),
        pytest.param(
            lambda: lgb.LGBMClassifier(**LEAVES).fit(X, Y), id="LightGBM's interface of scikit-learn"
        ),
    ],
)
def test_a_fit_without_an_evaluation_set_is_left_alone_until_the_trial_is_stopped(
    fit: Callable[[], Any],
) -> None:
    _, trial = watched(fit)
    assert trial.heard == []
    trial.fits.stopped = Stop("enough")
    with pytest.raises(TrialStopped, match="enough"):
        watched(fit, trial)


@pytest.mark.parametrize(
    "fit",
    [pytest.param(xgb_train, id="XGBoost"), pytest.param(lgb_train, id="LightGBM")],
)
def test_another_fit_of_a_stopped_trial_ends_it(fit: Callable[[], Any]) -> None:
    _, trial = watched(fit, Trial(stop_after=0))
    with pytest.raises(TrialStopped, match="enough"):
        watched(fit, trial)


@pytest.mark.parametrize(
    ("fit", "error"),
    [
        pytest.param(lambda: xgb.train(XGB), TypeError, id="no data"),
        pytest.param(lambda: xgb.train(XGB, X, evals=[X]), ValueError, id="no data of XGBoost's"),
        pytest.param(lambda: lgb.train(LGB, X, valid_sets=[X]), TypeError, id="none of LightGBM's"),
        pytest.param(
            lambda: lgb.train(LGB, datasets()[0], 2, valid_sets=[*datasets()], callbacks=[lambda: 1]),
            TypeError,
            id="a callback that takes nothing",
        ),
    ],
)
def test_errors_are_the_librarys_own(fit: Callable[[], Any], error: type[Exception]) -> None:
    with pytest.raises(error) as plain:
        fit()
    with pytest.raises(error) as found:
        watched(fit)
    assert str(found.value) == str(plain.value)


def test_arguments_by_position_are_found() -> None:
    train, new = dmatrices()

    def fit() -> Any:
        return xgb.train(XGB, train, 2, [(new, "new")])

    with pytest.warns(FutureWarning, match="keyword args"):
        _, trial = watched(fit)
    assert [report.epoch for report in trial.reports] == [0, 1]
    fitted, checked = datasets()
    _, trial = watched(lambda: lgb.train(LGB, fitted, 2, [fitted, checked], ["fitted", "checked"]))
    assert [*trial.reports[0].metrics] == ["binary_logloss", "val_binary_logloss"]


def test_the_hook_is_gone_afterwards_in_every_module() -> None:
    hooked = [xgb.train, xgb.sklearn.train, xgb.cv, lgb.train, lgb.sklearn.train, lgb.cv]
    assert all(hasattr(function, "_hypertemplate_reports") for function in hooked)
    again = xgboost_train.report_fits(ImportWatcher(), lambda: None)
    assert xgb.train is hooked[0]
    again()


def test_callback_environments_of_older_releases_name_the_folds() -> None:
    found = lightgbm_train.values_of([("cv_agg", "valid l2", 0.5, False, 0.1)])
    assert [(one.data, one.metric, value) for one, value in found.items()] == [("valid", "l2", 0.5)]
