"""Directions of metrics: whether more or less of a number is better, by its name; pure."""

from __future__ import annotations

import re

_HIGH = """
    accuracy acc binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy
    sparse_top_k_categorical_accuracy top_k_accuracy balanced_accuracy auc roc_auc auc_roc pr_auc auc_pr
    roc_auc_ovo roc_auc_ovo_weighted roc_auc_ovr roc_auc_ovr_weighted average_precision
    precision precision_macro precision_micro precision_samples precision_weighted precision_at_recall
    recall recall_macro recall_micro recall_samples recall_weighted recall_at_precision
    f1 f1_macro f1_micro f1_samples f1_weighted fbeta f_beta
    jaccard jaccard_macro jaccard_micro jaccard_samples jaccard_weighted
    sensitivity_at_specificity specificity_at_sensitivity true_positives true_negatives
    iou binary_iou mean_iou miou one_hot_iou one_hot_mean_iou
    r2 explained_variance pearson_correlation concordance_correlation matthews_corrcoef
    positive_likelihood_ratio cohen_kappa_score
    d2_absolute_error_score d2_brier_score d2_log_loss_score d2_pinball_score d2_tweedie_score
    adjusted_mutual_info_score adjusted_rand_score calinski_harabasz_score completeness_score consensus_score
    dcg_score ndcg_score fowlkes_mallows_score homogeneity_score label_ranking_average_precision_score
    mutual_info_score normalized_mutual_info_score rand_score silhouette_score v_measure_score
    ndcg map aucpr auc_mu
"""
"""Metrics and scorers of Keras, scikit-learn, XGBoost and LightGBM of which more is better."""

_LOW = """
    loss log_loss brier_score brier_score_loss hamming_loss hinge_loss zero_one_loss label_ranking_loss
    mse mae mape msle rmse rmsle mean_squared_error root_mean_squared_error mean_absolute_error
    mean_absolute_percentage_error mean_squared_logarithmic_error mean_squared_log_error
    root_mean_squared_log_error median_absolute_error max_error coverage_error log_cosh log_cosh_error
    mean_pinball_loss mean_poisson_deviance mean_gamma_deviance mean_tweedie_deviance
    negative_likelihood_ratio davies_bouldin_score
    crossentropy binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy
    binary_focal_crossentropy categorical_focal_crossentropy kl_divergence kld kullback_leibler_divergence
    poisson hinge squared_hinge categorical_hinge huber huber_loss false_positives false_negatives
    error merror binary_error multi_error mlogloss binary_logloss multi_logloss cross_entropy l1 l2 mphe
    poisson_nloglik gamma_nloglik cox_nloglik tweedie_nloglik aft_nloglik gamma_deviance
"""
"""Metrics, losses and errors of Keras, scikit-learn, XGBoost and LightGBM of which less is better."""

_GOOD = frozenset(["dice", "fitness", "gain", "kappa", "profit", "reward", "score", "similarity"])
"""Words, beside the names of metrics, for numbers of which more is usually better."""

_NEUTRAL = frozenset(
    [
        *("train", "training", "val", "valid", "validation", "test", "testing", "eval", "evaluation", "dev"),
        *("holdout", "oof", "cv", "final", "last", "best", "mean", "avg", "average", "median"),
    ]
)
"""Words before or after a metric's name that say where it was measured, and leave its direction as it is."""

_TURNED = frozenset(["inv", "inverse", "inverted", "minus", "negated", "negative", "reciprocal"])
"""Words that say that a number may have been turned round."""

_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")
_JOINED = re.compile(r"(?:train|val|test)(?=.)")


def _table() -> dict[str, bool]:
    """Map the names without underscores to directions; what may be high also exists as a ``..._score``."""
    found = {}
    for names, more in ((_HIGH, True), (_LOW, False)):
        for name in names.split():
            found[name.replace("_", "")] = more
            if more and not name.endswith("_score"):
                found[f"{name}_score".replace("_", "")] = more
    return found


_DIRECTIONS = _table()


def by_name(name: str) -> bool | None:
    """Tell whether more of a metric is better, by its name; None if none of these libraries has such.

    >>> by_name("val_accuracy"), by_name("rmse"), by_name("neg_mean_squared_error"), by_name("score")
    (True, False, True, None)
    """
    words = [word.lower() for word in _WORD.findall(name)]
    if words[:1] == ["neg"]:
        turned = _of_words(words[1:])
        if turned is None:
            turned = by_ending("_".join(words))
        return None if turned is None else not turned
    return _of_words(words)


def by_ending(name: str) -> bool | None:
    """Return False for a name that ends in ``loss`` or ``error``: less of it is better; None for others.

    A name such as ``minus_loss`` is one of the others: more of it may be better.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    if words[:1] != ["neg"] and _TURNED.intersection(words):
        return None
    return False if name.lower().endswith(("loss", "error")) else None


def objective_text(name: str) -> str:
    """Write a name as an objective: with the directions to choose from, unless the name says which.

    >>> objective_text("val_acc"), objective_text("cost"), objective_text("my_score")
    ('val_acc', 'cost:min (or :max)', 'my_score:max (or :min)')
    """
    if is_directed(name):
        return name
    return f"{name}:max (or :min)" if _sounds_good(name) else f"{name}:min (or :max)"


def directions_text(name: str) -> str:
    """Ask for the direction of a number whose name does not tell it."""
    return (
        f"it is not known whether {name} should be high or low: "
        f"give --objective {name}:max or --objective {name}:min"
    )


def _sounds_good(name: str) -> bool:
    """Tell whether a word of a name is one of scores; advice then begins with the highest."""
    words = [word.lower() for word in _WORD.findall(name)]
    if any(_DIRECTIONS.get(word) is False for word in words):
        return False
    return any(_DIRECTIONS.get(word) or word.removesuffix("s") in _GOOD for word in words)


def is_directed(name: str) -> bool:
    """Tell whether the name of a number says whether more of it is better."""
    return by_name(name) is not None or by_ending(name) is not None


def _of_words(words: list[str]) -> bool | None:
    while words:
        whole = "".join(words)
        for known in (whole, _JOINED.sub("", whole, count=1)):
            if known in _DIRECTIONS:
                return _DIRECTIONS[known]
        if words[-1].isdecimal() or words[-1] in _NEUTRAL:
            words = words[:-1]
        elif words[0] in _NEUTRAL:
            words = words[1:]
        else:
            return None
    return None
