"""Names of metrics that Keras numbers from network to network, and what the metrics say of themselves."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.runtime.metrics.numbered_names import Names, names_of, note_names, outputs_of


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


class Layer:
    """Layer that Keras has named, if not otherwise said."""

    def __init__(self, name: str, *, made: bool = True) -> None:
        self.name = name
        if made:
            self._hypertemplate_made_name = name


class Dense(Layer): ...


class Conv2D(Layer): ...


def network(*layers: Layer, outputs: int) -> Any:
    """A network whose last layers are its outputs."""
    return SimpleNamespace(layers=layers, output_names=[layer.name for layer in layers[-outputs:]])


def dense(*numbers: int, outputs: int = 2) -> Any:
    return network(*(Dense(f"dense_{number}" if number else "dense") for number in numbers), outputs=outputs)


@pytest.mark.parametrize(
    ("of", "outputs"),
    [
        pytest.param(dense(0, 1, 2), [("dense_1", "dense_1", 1), ("dense_2", "dense_2", 2)], id="the first network"),
        pytest.param(dense(3, 4, 5), [("dense_4", "dense_1", 1), ("dense_5", "dense_2", 2)], id="a later one"),
        pytest.param(dense(10, 9, 11), [("dense_9", "dense", 1), ("dense_11", "dense_2", 2)], id="numbers in another order"),
        pytest.param(dense(1, 2, 3), [("dense_2", "dense_2", 1), ("dense_3", "dense_3", 2)], id="one would have the name of the other"),
        pytest.param(dense(4, 5, outputs=1), [], id="a single output, which no name begins with"),
        pytest.param(
            network(Dense("dense_7"), Dense("price", made=False), Conv2D("conv2d_3"), outputs=3),
            [("dense_7", "dense", 1), ("conv2d_3", "conv2d", 3)],
            id="names of the user's own stay",
        ),
        pytest.param(SimpleNamespace(), [], id="a network that does not tell"),
    ],
)  # fmt: skip
def test_outputs_are_numbered_as_in_the_only_network(of: Any, outputs: list[tuple[str, str, int]]) -> None:
    assert [(one.name, one.plain, one.number) for one in outputs_of(of)] == outputs


def test_a_metric_of_an_output_has_its_name_for_use(keras: Any) -> None:
    keras.AUC()
    logs = ["dense_4_loss", "dense_4_auc_1", "val_dense_5_loss", "loss", "dense_40_loss"]
    names = names_of(listed(keras.AUC()), logs, outputs_of(dense(3, 4, 5)))
    assert list(names.logs(dict.fromkeys(logs))) == [
        "dense_1_loss",
        "dense_1_auc",
        "val_dense_2_loss",
        "loss",
        "dense_40_loss",
    ]
    assert names.outputs == {"dense_1_loss": 1, "dense_1_auc": 1, "dense_2_loss": 2}
    assert names.counted == {"dense_1_auc"}
    assert names.directions == {"dense_1_auc": True}


def test_names_of_outputs_are_left_alone_where_one_is_taken() -> None:
    logs = ["dense_4_loss", "dense_5_loss", "dense_1_loss"]
    names = names_of([], logs, outputs_of(dense(3, 4, 5)))
    assert list(names.logs(dict.fromkeys(logs))) == logs
    assert names.outputs == {"dense_4_loss": 1, "dense_5_loss": 2}


def test_layers_and_operations_are_told_from_those_that_the_user_named() -> None:
    class Operation:
        def __init__(self, name: str | None = None) -> None:
            self.name = name or "dense_1"

    class Dense(Operation): ...

    def names(*layers: Operation) -> list[str]:
        return [one.name for one in outputs_of(network(*layers, outputs=2))]  # type: ignore[arg-type]

    undo = note_names(SimpleNamespace(Operation=Operation))  # type: ignore[arg-type]
    layers = Dense(), Dense("dense_2")
    undo()
    assert names(*layers) == ["dense_1"]
    assert names(Dense(), Dense()) == []


def test_a_keras_without_metrics_has_nothing_to_note() -> None:
    note_names(SimpleNamespace())()  # type: ignore[arg-type]
