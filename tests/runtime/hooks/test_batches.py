from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.runtime.hooks.batches import ALONE, Sharing, share_batches, shared_batch


@pytest.mark.parametrize(
    ("batch", "devices", "samples", "taken"),
    [
        pytest.param(32, 8, None, 32, id="one that divides stays"),
        pytest.param(50, 8, None, 56, id="one that does not is rounded up"),
        pytest.param(1, 4, None, 4, id="each device has one sample at least"),
        pytest.param(50, 2, 200, 50, id="whole batches"),
        pytest.param(32, 2, 67, 32, id="a last batch that all devices have a part of"),
        pytest.param(32, 2, 97, 34, id="a last batch of one sample for two devices"),
        pytest.param(32, 4, 37, 24, id="a last batch that is handed out before the last device"),
        pytest.param(50, 2, 41, 38, id="one batch that does not divide is cut in two"),
        pytest.param(50, 2, 40, 50, id="one batch that divides"),
        pytest.param(32, 2, 3, 2, id="so few that one is left in any case"),
        pytest.param(4, 4, 3, 4, id="fewer samples than devices"),
    ],
)
def test_the_size_that_devices_can_share(batch: int, devices: int, samples: int | None, taken: int) -> None:
    assert shared_batch(batch, devices, samples) == taken


def parts(batch: int, devices: int) -> list[int]:
    """What TensorFlow gives the devices of a batch."""
    each = -(-batch // devices)
    return [max(0, min(each, batch - device * each)) for device in range(devices)]


@given(st.integers(1, 300), st.integers(2, 16), st.integers(1, 2000))
def test_no_device_is_left_without_samples_if_that_can_be(batch: int, devices: int, samples: int) -> None:
    taken = shared_batch(batch, devices, samples)
    assert taken % devices == 0
    assert shared_batch(taken, devices, samples) == taken
    if samples >= 2 * devices * devices:
        batches = [min(taken, samples - start) for start in range(0, samples, taken)]
        assert all(min(parts(size, devices)) for size in batches)
        assert batches[0] % devices == 0


def keras(heard: list[dict[str, Any]]) -> Any:
    """A Keras whose methods note what they were given beside the data."""

    class Model:
        def fit(
            self,
            x: Any = None,
            y: Any = None,
            batch_size: Any = None,
            validation_split: float = 0.0,
            validation_data: Any = None,
            validation_batch_size: Any = None,
        ) -> str:
            heard.append({"batch_size": batch_size, "validation_batch_size": validation_batch_size})
            return "fitted"

        def evaluate(self, x: Any = None, y: Any = None, batch_size: Any = None, **more: Any) -> None:
            heard.append({"batch_size": batch_size, **more})

        def predict(self, x: Any, batch_size: Any = None) -> None:
            heard.append({"batch_size": batch_size})

    module: Any = ModuleType("keras")
    module.Model = Model
    return module


def called(method: str, sharing: Sharing, *args: Any, **kwargs: Any) -> tuple[dict[str, Any], list[str]]:
    """What a hooked method of Keras was given, and what was said."""
    heard: list[dict[str, Any]] = []
    said: list[str] = []
    module = keras(heard)
    share_batches(module, lambda: sharing, said.append)
    getattr(module.Model(), method)(*args, **kwargs)
    return heard[0], said


TWO, EIGHT = Sharing(2, any_size=False), Sharing(8, any_size=False)
ANY = Sharing(8, any_size=True)
ONE_DEVICE = {"batch_size": 50, "validation_batch_size": None}


def array(samples: int) -> Any:
    return np.zeros((samples, 3))


def dataset(*shape: int | None) -> Any:
    """A `tf.data.Dataset` of pairs as far as its batches show."""
    specification = SimpleNamespace(shape=shape)
    return SimpleNamespace(element_spec=(specification, specification))


END = (
    "8 devices share each batch of a data set: end the one that is fitted with "
    ".batch(n, drop_remainder=True), n a multiple of 8"
)
ROUNDED = "fit(batch_size=50) ran with 56: 8 devices share each batch"


@pytest.mark.parametrize(
    ("method", "sharing", "args", "kwargs", "given", "said"),
    [
        pytest.param("fit", ALONE, (array(90),), {"batch_size": 50}, ONE_DEVICE, [], id="one device"),
        pytest.param(
            "fit",
            ANY,
            (array(561), array(561), 50),
            {},
            {"batch_size": 56, "validation_batch_size": None},
            [ROUNDED],
            id="a size given by its place, of devices that take any rest",
        ),
        pytest.param(
            "fit",
            ANY,
            ({"image": array(90), "text": array(90)},),
            {"batch_size": np.int64(50)},
            {"batch_size": 56, "validation_batch_size": None},
            [ROUNDED],
            id="inputs by name, and a number of NumPy",
        ),
        pytest.param(
            "fit",
            Sharing(6, any_size=True),
            ([array(90)],),
            {},
            {"batch_size": 36, "validation_batch_size": None},
            ["fit(batch_size=32) ran with 36: 6 devices share each batch"],
            id="the default size",
        ),
        pytest.param(
            "fit",
            TWO,
            (array(100),),
            {"validation_split": 0.03},
            {"batch_size": 34, "validation_batch_size": 2},
            ["fit(batch_size=32) ran with 34: 2 devices share each batch"],
            id="97 samples to train with and 3 to validate",
        ),
        pytest.param(
            "fit",
            TWO,
            (array(64),),
            {"validation_data": (array(41), array(41)), "validation_batch_size": 50},
            {"batch_size": 32, "validation_batch_size": 38},
            [],
            id="validation has its own size, of which nothing is learnt",
        ),
        pytest.param(
            "fit",
            EIGHT,
            (dataset(None, 3),),
            {"validation_data": (array(100), array(100))},
            {"batch_size": None, "validation_batch_size": 56},
            [END],
            id="a data set whose last batch may be short",
        ),
        pytest.param(
            "fit",
            EIGHT,
            (dataset(50, 3),),
            {},
            {"batch_size": None, "validation_batch_size": None},
            [END],
            id="a data set whose batches do not divide",
        ),
        pytest.param(
            "fit",
            EIGHT,
            (dataset(64, 3),),
            {},
            {"batch_size": None, "validation_batch_size": None},
            [],
            id="a data set whose batches divide",
        ),
        pytest.param(
            "fit",
            ANY,
            (dataset(50, 3),),
            {},
            {"batch_size": None, "validation_batch_size": None},
            [],
            id="a data set for devices that take any batch",
        ),
        pytest.param(
            "fit",
            EIGHT,
            (iter([]),),
            {},
            {"batch_size": None, "validation_batch_size": None},
            [],
            id="a generator",
        ),
        pytest.param(
            "fit",
            EIGHT,
            (array(90),),
            {"batch_size": "50"},
            {"batch_size": "50", "validation_batch_size": None},
            [],
            id="what is no size is for Keras to refuse",
        ),
        pytest.param(
            "evaluate",
            EIGHT,
            (array(160),),
            {"batch_size": 50, "return_dict": True},
            {"batch_size": 56, "return_dict": True},
            [],
            id="an evaluation says nothing",
        ),
        pytest.param("predict", EIGHT, (array(160), 50), {}, {"batch_size": 56}, [], id="nor a prediction"),
    ],
)
def test_what_keras_is_given(
    method: str,
    sharing: Sharing,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    given: dict[str, Any],
    said: list[str],
) -> None:
    heard, notes = called(method, sharing, *args, **kwargs)
    assert (heard, notes) == (given, said)


def test_the_methods_are_given_back() -> None:
    module = keras([])
    own = dict(vars(module.Model))
    undo = share_batches(module, lambda: TWO, lambda text: None)
    assert module.Model().fit(array(4)) == "fitted"
    for give_back in undo:
        give_back()
    assert dict(vars(module.Model)) == own
