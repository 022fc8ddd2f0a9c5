"""Whether more of a metric is better, by its name alone."""

from __future__ import annotations

import pytest

from hypertemplate.runtime.metrics.directions import by_ending, by_name


@pytest.mark.parametrize(
    "name",
    [
        *("accuracy", "val_accuracy", "acc", "val_acc", "valAcc", "test_acc", "testacc", "Accuracy"),
        *("sparse_categorical_accuracy", "top_k_categorical_accuracy", "auc", "auc_1", "val_AUC", "roc_auc"),
        *("f1", "F1", "f1_score", "val_f1", "r2_score", "R2", "mean_io_u", "iou", "mIoU"),
        *("precision", "recall_1", "precision_at_recall", "mean_auc", "accuracy_test", "cv_accuracy"),
        *("neg_mean_squared_error", "neg_log_loss", "neg_my_own_error"),
        *("val_ndcg@5", "val_map@10", "val_aucpr", "val_auc_mu"),
    ],
)
def test_more_of_it_is_better(name: str) -> None:
    assert by_name(name) is True


@pytest.mark.parametrize(
    "name",
    [
        *("loss", "val_loss", "test_loss", "testloss", "mae", "val_mse", "RMSE", "root_mean_squared_error"),
        *("kl_divergence", "false_positives", "davies_bouldin_score", "mean_poisson_deviance"),
        *("neg_accuracy", "neg_auc"),
        *("val_mlogloss", "val_error@0.7", "val_merror", "val_binary_logloss", "val_multi_error", "val_l2"),
        *(
            "val_poisson-nloglik",
            "val_tweedie-nloglik@1.5",
            "val_gamma-deviance",
            "val_cross_entropy",
            "val_rmse",
        ),
    ],
)
def test_less_of_it_is_better(name: str) -> None:
    assert by_name(name) is False


@pytest.mark.parametrize(
    "name",
    [
        *("score", "cv_score", "dice", "val_dice", "kappa", "cosine_similarity", "reward", "result"),
        *("error2", "accumulated_errors", "previous", "conf1", "var2", "acceptance", "inaccuracy"),
        *("accuracy_std", "one_minus_accuracy", "accuracy_gap", "neg_score", "val", "", "_"),
    ],
)
def test_a_name_alone_does_not_tell(name: str) -> None:
    assert by_name(name) is None


def test_what_ends_in_loss_or_error_is_to_be_low() -> None:
    assert by_ending("focal_loss") is False
    assert by_ending("ReconstructionError") is False
    assert by_ending("error_rate") is None
    assert by_ending("minus_loss") is by_ending("inverse_error") is None


SCORERS = """
    accuracy adjusted_mutual_info_score adjusted_rand_score average_precision balanced_accuracy completeness_score
    d2_absolute_error_score d2_brier_score d2_log_loss_score explained_variance f1 f1_macro f1_micro f1_samples
    f1_weighted fowlkes_mallows_score homogeneity_score jaccard jaccard_macro jaccard_micro jaccard_samples
    jaccard_weighted matthews_corrcoef mutual_info_score neg_brier_score neg_log_loss neg_max_error
    neg_mean_absolute_error neg_mean_absolute_percentage_error neg_mean_gamma_deviance neg_mean_poisson_deviance
    neg_mean_squared_error neg_mean_squared_log_error neg_median_absolute_error neg_negative_likelihood_ratio
    neg_root_mean_squared_error neg_root_mean_squared_log_error normalized_mutual_info_score
    positive_likelihood_ratio precision precision_macro precision_micro precision_samples precision_weighted r2
    rand_score recall recall_macro recall_micro recall_samples recall_weighted roc_auc roc_auc_ovo
    roc_auc_ovo_weighted roc_auc_ovr roc_auc_ovr_weighted top_k_accuracy v_measure_score
"""
"""Names that ``sklearn.metrics.get_scorer_names()`` returns, of version 1.9."""


def test_the_scorers_of_scikit_learn_are_to_be_high() -> None:
    assert [name for name in SCORERS.split() if by_name(name) is not True] == []
