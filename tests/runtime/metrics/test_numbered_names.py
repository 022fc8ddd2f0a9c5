"""Names of metrics that Keras numbers from network to network, and what the metrics say of themselves."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.metrics.numbered_names import Names, names_of, note_names


class Keras(SimpleNamespace):
    """What a Keras has to do with metrics: it counts those that have no name."""

    def __init__(self) -> None:
        counts: dict[str, Any] = {}

        class Metric:
            def __init__(self, dtype: Any = None, name: str | None = None) -> None:
                base = type(self).__name__.lower()
                number = next(counts.setdefault(base, itertools.count()))
                self.name = name or (f"{base}_{number}" if number else base)

        class AUC(Metric):
            _direction = "up"

        class Hinge(Metric):
            _direction = "down"

        class Wrapper(Metric):
            """Renamed after a function, once it is made."""

        super().__init__(metrics=SimpleNamespace(Metric=Metric), AUC=AUC, Hinge=Hinge, Wrapper=Wrapper)


@pytest.fixture
def keras() -> Any:
    module: Any = Keras()
    undo = note_names(module)
    yield module
    undo()


def listed(*metrics: Any) -> Any:
    """Metrics as Keras 3 has them in `model.metrics`: lists of them are metrics too."""
    return [SimpleNamespace(name="loss"), SimpleNamespace(name="compile_metrics", metrics=list(metrics))]


def test_a_network_that_is_made_again_has_the_names_of_the_first(keras: Any) -> None:
    for _ in range(2):
        keras.AUC()
    names = names_of(listed(keras.AUC()), ["auc_2", "loss", "val_auc_2", "val_loss"])
    assert names == Names({"auc_2": "auc"}, frozenset({"auc"}), {"auc": True})
    assert names.logs({"auc_2": 1, "val_auc_2": 2, "loss": 3, 4: 5}) == {
        "auc": 1,
        "val_auc": 2,
        "loss": 3,
        4: 5,
    }


def test_two_metrics_of_one_class_are_told_apart_in_the_order_in_which_they_were_compiled(keras: Any) -> None:
    for _ in range(9):
        keras.AUC()
    roc, pr = keras.AUC(), keras.AUC()
    names = names_of(listed(roc, pr), ["auc_10", "auc_9"])
    assert names.plain == {"auc_9": "auc", "auc_10": "auc_1"}


def test_a_name_of_the_users_own_is_left_alone(keras: Any) -> None:
    assert names_of(listed(keras.AUC(name="auc_1")), ["auc_1"]) == Names(directions={"auc_1": True})
    renamed = keras.Wrapper()
    renamed.name = "dice"
    assert names_of(listed(renamed), ["dice"]) == Names()


def test_a_name_that_the_user_gave_another_metric_is_not_taken(keras: Any) -> None:
    keras.AUC()
    assert names_of(listed(keras.AUC(), keras.Hinge(name="auc")), ["auc", "auc_1"]).plain == {}


def test_a_metric_of_several_outputs_keeps_theirs(keras: Any) -> None:
    keras.AUC(), keras.AUC()
    names = names_of(listed(keras.AUC(), keras.AUC(), keras.Hinge()), ["a_auc_2", "b_auc_3", "b_hinge"])
    assert names.plain == {"a_auc_2": "a_auc", "b_auc_3": "b_auc_1", "b_hinge": "b_hinge"}
    assert names.directions == {"a_auc": True, "b_auc_1": True, "b_hinge": False}


def test_a_keras_without_metrics_has_nothing_to_note() -> None:
    note_names(SimpleNamespace())()  # type: ignore[arg-type]
