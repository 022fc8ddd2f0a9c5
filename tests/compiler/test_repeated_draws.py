"""Random operations with a seed of their own that setup and trials draw from."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.diagnostics.codes import Code
from tests.compiler.support import compiled, source

SETUP = "import tensorflow as tf\nnoise = tf.random.uniform([2], seed=3)\n"
RATE = "{{uniform(0, 1)}}"


def warned(text: str) -> list[str]:
    assert Code("HT314") is Code.REPEATED_DRAW
    return [one.message for one in compiled(source(text)).warnings if one.code is Code.REPEATED_DRAW]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param(
            f"{SETUP}loss = {RATE} * tf.random.uniform([2], seed=3)\n", ("line 3", "line 2"), id="a script"
        ),
        pytest.param(
            f"{SETUP}def model():\n    x = tf.random.uniform([3], seed=3)\n    return {RATE} * noise * x\n",
            ("model()", "line 2"),
            id="a model function",
        ),
        pytest.param(
            "import tensorflow as tf\ndef draw():\n    return tf.random.normal([2], seed=1)\n"
            f"def data():\n    return draw()\ndef model(x):\n    return {RATE} * x * draw()\n",
            ("model()", "data()"),
            id="a function that data and model call",
        ),
    ],
)
def test_an_operation_that_starts_again_is_warned_of(text: str, places: tuple[str, str]) -> None:
    (message,) = warned(text)
    later, before = places
    assert message.startswith(f"{later} draws from ")
    assert f"from which {before} draws before the first trial; it starts again in each trial" in message


@pytest.mark.parametrize(
    "last",
    [
        pytest.param("tf.random.uniform([2], seed=4)", id="another seed"),
        pytest.param("tf.random.normal([2], seed=3)", id="another operation"),
        pytest.param("tf.random.uniform([2])", id="no seed of its own"),
        pytest.param("tf.random.uniform([2], seed=None)", id="none, in words"),
        pytest.param("tf.random.stateless_uniform([2], seed=3)", id="an operation without a position"),
    ],
)
def test_other_operations_are_not_warned_of(last: str) -> None:
    assert warned(f"{SETUP}loss = {RATE} * noise * {last}\n") == []
