"""Rules for the boosted trees of XGBoost, LightGBM and CatBoost."""

from __future__ import annotations

from hypertemplate.compiler.suggestions.rules.ranges import (
    Range,
    around,
    between,
    first_of,
    options,
    rounds,
    where,
    whole,
)
from hypertemplate.compiler.suggestions.rules.rule import Rule, rules

_XGB = "XGBClassifier XGBRanker XGBRegressor cv train"
_LGB = "LGBMClassifier LGBMRanker LGBMRegressor cv train"
_CAT = "CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor"

_DEEPER = "deeper trees learn more, and overfit sooner"
_FEWER_FEATURES = "fewer features for each tree overfit less"
_FEWER_SAMPLES = "fewer samples for each tree overfit less"
_GAIN = "the gain from which a node is split"
_LARGER = "larger leaves overfit less"
_MORE_LEAVES = "more leaves learn more, and overfit sooner"
_MORE_ROUNDS = "more rounds learn more, and overfit in the end"
_PUNISHES = "the weight of the penalty on large leaves"
_SMALLER = "smaller steps need more rounds, and generalize better"


def _of_trees(range_: Range) -> Range:
    """Return a range of boosted trees, which a linear booster does not have."""
    return where("booster", (None, "dart", "gbtree"), range_)


_DEPTH = whole(2, 10, times=1.5)
_LEAVES = whole(8, 128, times=4, log=True, least=2)
_PENALTY = first_of(around(100, 10), between(0, 5))
_RATE = around(10, 5, least=0.001, most=0.5)
_SHARE = between(0.5, 1, most=1)

BOOSTING_RULES = (
    *rules(
        ("xgboost",),
        "XGBoost documentation, Notes on Parameter Tuning",
        Rule(_XGB, "learning_rate eta", _of_trees(_RATE), _SMALLER),
        Rule(_XGB, "n_estimators num_boost_round", rounds(2, 4), _MORE_ROUNDS),
        Rule(f"{_XGB} XGBRFClassifier XGBRFRegressor", "max_depth", _of_trees(_DEPTH), _DEEPER),
        Rule(_XGB, "max_leaves", _of_trees(_LEAVES), _MORE_LEAVES),
        Rule(
            _XGB,
            "min_child_weight",
            _of_trees(first_of(whole(1, 10, times=2, log=True), around(10, 10))),
            _LARGER,
        ),
        Rule(_XGB, "subsample", _of_trees(_SHARE), _FEWER_SAMPLES),
        Rule(_XGB, "colsample_bytree colsample_bylevel colsample_bynode", _of_trees(_SHARE), _FEWER_FEATURES),
        Rule(_XGB, "gamma min_split_loss", _of_trees(between(0, 5)), _GAIN),
        Rule(_XGB, "reg_lambda lambda", _PENALTY, _PUNISHES),
        Rule(_XGB, "reg_alpha alpha", _PENALTY, _PUNISHES),
    ),
    *rules(
        ("lightgbm",),
        "LightGBM documentation, Parameters Tuning",
        Rule(_LGB, "learning_rate eta shrinkage_rate", _RATE, _SMALLER),
        Rule(
            _LGB,
            "n_estimators num_boost_round num_iterations num_rounds num_trees",
            rounds(2, 4),
            _MORE_ROUNDS,
        ),
        Rule(_LGB, "num_leaves max_leaves", _LEAVES, _MORE_LEAVES),
        Rule(_LGB, "max_depth", first_of(whole(3, 12, times=1.5), options(-1, 5, 8, 12)), _DEEPER),
        Rule(_LGB, "min_child_samples min_data_in_leaf", whole(5, 100, times=2, log=True), _LARGER),
        Rule(_LGB, "min_child_weight min_sum_hessian_in_leaf", around(100, 100), _LARGER),
        Rule(_LGB, "subsample bagging_fraction", _SHARE, _FEWER_SAMPLES),
        Rule(_LGB, "colsample_bytree feature_fraction", _SHARE, _FEWER_FEATURES),
        Rule(_LGB, "reg_lambda lambda_l2", _PENALTY, _PUNISHES),
        Rule(_LGB, "reg_alpha lambda_l1", _PENALTY, _PUNISHES),
        Rule(_LGB, "min_split_gain min_gain_to_split", between(0, 1), _GAIN),
    ),
    *rules(
        ("catboost",),
        "CatBoost documentation, Parameter tuning",
        Rule(_CAT, "learning_rate eta", _RATE, _SMALLER),
        Rule(_CAT, "iterations n_estimators num_boost_round num_trees", rounds(2, 4), _MORE_ROUNDS),
        Rule(_CAT, "depth max_depth", whole(4, 10), _DEEPER),
        Rule(_CAT, "l2_leaf_reg reg_lambda", around(10, 10), _PUNISHES),
    ),
)
