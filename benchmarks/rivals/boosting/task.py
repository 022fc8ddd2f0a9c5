"""What every search for the table has in common: its rows, and the boosted trees of given values."""

from __future__ import annotations

from typing import Any

from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier


def rows() -> tuple[Any, Any]:
    """20,000 rows of 30 columns in three classes; a row in twenty has a class at random."""
    return make_classification(
        20_000,
        n_features=30,
        n_informative=12,
        n_redundant=6,
        n_classes=3,
        n_clusters_per_class=3,
        class_sep=0.8,
        flip_y=0.05,
        random_state=0,
    )


def data() -> tuple[Any, Any, Any, Any]:
    """The first 5,000 rows to learn from, and the next 5,000 to validate."""
    x, y = rows()
    return x[:5000], y[:5000], x[5000:10_000], y[5000:10_000]


def test_data() -> tuple[Any, Any]:
    """The last 10,000, which no search has seen."""
    x, y = rows()
    return x[10_000:], y[10_000:]


def trees(values: dict[str, Any], seed: int) -> Any:
    """Trees that have not learned yet."""
    return HistGradientBoostingClassifier(**values, early_stopping=False, random_state=seed)


def test_accuracy(values: dict[str, Any], seed: int) -> float:
    """The accuracy on the test rows of trees of these values, with another seed."""
    x_train, y_train, _, _ = data()
    return float(trees(values, seed).fit(x_train, y_train).score(*test_data()))
