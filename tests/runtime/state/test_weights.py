"""Networks that all trials share, in real workers: what one has trained is no start for the next."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from textwrap import dedent

import pytest

from hypertemplate.compiler.program import Program, Reached
from hypertemplate.runtime.protocol import Complete, Finished
from tests.runtime.programs import program, uniform
from tests.runtime.talk import started, trial

pytestmark = pytest.mark.keras

NETS = """
    import keras

    def pretrained(compiled=False):
        net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1)])
        if compiled:
            net.compile('adam', 'mse')
        return net

    OPTIMIZER = keras.optimizers.SGD(0.1, momentum=0.9)
    TEXTS = keras.layers.TextVectorization(output_sequence_length=2)
    TEXTS.adapt(['a b', 'b c'])
    LATE = keras.Sequential([keras.layers.Dropout(0.25), keras.layers.Dense(1)])
"""

DATA = """
    import keras
    import numpy as np
    x, y = np.arange(30.0).reshape(10, 3) / 30, np.ones((10, 1))
"""

IN_ANOTHER = """
    def model():
        net = keras.Sequential([base, keras.layers.Dense(1)])
        net.compile(keras.optimizers.SGD((_ht_['rate'])), 'mse')
        return net.fit(x, y, epochs=2, verbose=0).history['loss'][-1]
"""

ITSELF = """
    def model():
        base.compile(keras.optimizers.SGD((_ht_['rate'])), 'mse')
        base.trainable = True
        return base.fit(x, y, epochs=2, verbose=0).history['loss'][-1]
"""

OF_ALL_KINDS = """
    def model():
        assert TEXTS(['a b']).shape == (1, 2)
        before = len(OPTIMIZER.variables) + 10 * LATE.built + LATE.layers[0].rate + base.optimizer.iterations
        base.optimizer.learning_rate = LATE.layers[0].rate = (_ht_['rate'])
        losses = base.fit(x, y, epochs=2, verbose=0).history['loss']
        if (_ht_['rate']) < 0.1:
            base.compile('sgd', 'mae')
            losses += base.fit(x, y, verbose=0).history['loss']
        LATE.compile(OPTIMIZER, 'mse')
        return float(before) * 100 + losses[-1] + LATE.fit(x, y, verbose=0).history['loss'][-1]
"""

RATES = (0.1, 0.02, 0.1)


def sharing(base: str, model: str, folder: Path) -> Program:
    """A program whose trials train one network."""
    (folder / "nets.py").write_text(dedent(NETS), encoding="utf-8")
    setup = f"{dedent(DATA)}from nets import pretrained\nbase = {base}"
    made = program(setup, model, folder=folder, parameters=(uniform("rate"),))
    return dataclasses.replace(made, reached=(Reached("base", "line 5", assigned=True),))


def fresh(made: Program, rate: float) -> Finished:
    """The first trial of a worker."""
    with started(made) as executor:
        return trial(executor, rate=rate)


@pytest.mark.parametrize(
    "model", [pytest.param(IN_ANOTHER, id="as a part"), pytest.param(ITSELF, id="itself")]
)
def test_weights_are_put_back(model: str, tmp_path: Path) -> None:
    made = sharing("pretrained()", model, tmp_path)
    with started(made) as executor:
        first, *others = [trial(executor, number, rate=rate) for number, rate in enumerate(RATES)]
    assert isinstance(first.outcome, Complete)
    assert [one.outcome for one in others] == [fresh(made, RATES[1]).outcome, first.outcome]
    assert [one.notes for one in (first, *others)] == [
        (
            "'base' (line 5) was changed by trial 0; it is put back before each trial. "
            "To make it anew instead, add to line 5: # hypertemplate: trial",
        ),
        (),
        (),
    ]
    assert [one.lasting for one in (first, *others)] == [""] * 3


def test_what_was_compiled_built_and_set_is_put_back(tmp_path: Path) -> None:
    made = sharing(
        "pretrained(compiled=True)\nfrom nets import LATE, OPTIMIZER, TEXTS", OF_ALL_KINDS, tmp_path
    )
    names = (
        Reached("base", "line 5"),
        Reached("LATE", "line 6"),
        Reached("OPTIMIZER", "line 6"),
        Reached("TEXTS", "line 6"),
    )
    made = dataclasses.replace(made, reached=names)
    with started(made) as executor:
        finished = [trial(executor, number, rate=rate) for number, rate in enumerate(RATES)]
    first, other, last = (one.outcome for one in finished)
    assert isinstance(first, Complete)
    assert (last, other) == (first, fresh(made, RATES[1]).outcome)
    changed = "' was changed by trial 0; it is put back before each trial"
    assert [
        note.replace(f" (line {line})", "") for line, note in zip((5, 6, 6), finished[0].notes, strict=True)
    ] == [f"'{name}{changed}" for name in ("base", "LATE", "OPTIMIZER")]
    assert [one.lasting for one in finished] == [""] * 3
