"""Networks that all trials share, in real workers: what one has trained is no start for the next."""

from __future__ import annotations

import dataclasses
from textwrap import dedent
from typing import NamedTuple

import pytest

from hypertemplate.compiler.program import Reached
from hypertemplate.runtime.protocol import Complete, Finished
from tests.runtime.programs import choice, program, uniform
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
    FROZEN = pretrained()
"""

SETUP = """
    import keras
    import numpy as np
    x, y = np.arange(30.0).reshape(10, 3) / 30, np.ones((10, 1))
    from nets import FROZEN, LATE, OPTIMIZER, TEXTS, pretrained
    part = pretrained()
    whole = pretrained()
    base = pretrained(compiled=True)
"""

TRIAL = """
    def as_a_part():
        net = keras.Sequential([part, keras.layers.Dense(1)])
        net.compile(keras.optimizers.SGD((_ht_['rate'])), 'mse')
        return net.fit(x, y, epochs=2, verbose=0).history['loss'][-1]
    def itself():
        whole.compile(keras.optimizers.SGD((_ht_['rate'])), 'mse')
        whole.trainable = True
        return whole.fit(x, y, epochs=2, verbose=0).history['loss'][-1]
    def of_all_kinds():
        assert TEXTS(['a b']).shape == (1, 2)
        before = len(OPTIMIZER.variables) + 10 * LATE.built + LATE.layers[0].rate + base.optimizer.iterations
        base.optimizer.learning_rate = LATE.layers[0].rate = (_ht_['rate'])
        losses = base.fit(x, y, epochs=2, verbose=0).history['loss']
        if (_ht_['rate']) < 0.1:
            base.compile('sgd', 'mae')
            losses += base.fit(x, y, verbose=0).history['loss']
        LATE.compile(OPTIMIZER, 'mse')
        return float(before) * 100 + losses[-1] + LATE.fit(x, y, verbose=0).history['loss'][-1]
    def frozen():
        first, second = FROZEN.layers
        if (_ht_['rate']) < 0.1:
            first.trainable = False
            second.bias.trainable = False
            second.kernel.regularizer = keras.regularizers.L2(1.0)
            second.kernel.constraint = keras.constraints.NonNeg()
        return len(FROZEN.trainable_weights) + 10.0 * len(FROZEN.losses) + 100.0 * (second.kernel.constraint is None)
    def model():
        return {0: as_a_part, 1: itself, 2: of_all_kinds, 3: frozen}[(_ht_['how'])]()
"""

AS_A_PART, ITSELF, OF_ALL_KINDS, FROZEN = range(4)

REACHED = (
    Reached("part", "line 5", assigned=True),
    Reached("whole", "line 6", assigned=True),
    Reached("base", "line 7"),
    *(Reached(name, "line 4") for name in ("LATE", "OPTIMIZER", "TEXTS", "FROZEN")),
)

RATES = (0.1, 0.02, 0.1)


class Ran(NamedTuple):
    """Trials with each of the rates in one worker, and with the second rate alone in another one."""

    trials: list[Finished]
    fresh: Finished


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> list[Ran]:
    """What trains each of the networks, which have nothing in common, finds."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "nets.py").write_text(dedent(NETS), encoding="utf-8")
    made = program(
        SETUP, TRIAL, folder=folder, parameters=(uniform("rate"), choice("how", "0", "1", "2", "3"))
    )
    made = dataclasses.replace(made, reached=REACHED)
    networks = (AS_A_PART, ITSELF, OF_ALL_KINDS, FROZEN)
    with started(made) as executor:
        trials = [
            [trial(executor, 3 * how + at, rate=rate, how=how) for at, rate in enumerate(RATES)]
            for how in networks
        ]
    with started(made) as executor:
        fresh = [trial(executor, rate=RATES[1], how=how) for how in networks]
    return list(map(Ran, trials, fresh))


@pytest.mark.parametrize("how", [pytest.param(AS_A_PART, id="as a part"), pytest.param(ITSELF, id="itself")])
def test_weights_are_put_back(how: int, ran: list[Ran]) -> None:
    (first, *others), fresh = ran[how]
    assert isinstance(first.outcome, Complete)
    assert [one.outcome for one in others] == [fresh.outcome, first.outcome]
    name, place = REACHED[how].name, REACHED[how].place
    assert [one.notes for one in (first, *others)] == [
        (
            f"'{name}' ({place}) was changed by trial {3 * how}; it is put back before each trial. "
            f"To make it anew instead, add to {place}: # hypertemplate: trial",
        ),
        (),
        (),
    ]
    assert [one.lasting for one in (first, *others)] == [""] * 3


def test_what_was_compiled_built_and_set_is_put_back(ran: list[Ran]) -> None:
    finished, fresh = ran[OF_ALL_KINDS]
    first, other, last = (one.outcome for one in finished)
    assert isinstance(first, Complete)
    assert (last, other) == (first, fresh.outcome)
    changed = "was changed by trial 6; it is put back before each trial"
    assert [note.partition(".")[0] for note in finished[0].notes] == [
        f"'{name}' ({place}) {changed}"
        for name, place in (("base", "line 7"), ("LATE", "line 4"), ("OPTIMIZER", "line 4"))
    ]
    assert [one.lasting for one in finished] == [""] * 3


def test_what_is_set_of_variables_is_put_back(ran: list[Ran]) -> None:
    """A frozen layer passes its flag on to its variables, which keep it; and they have more that can be set."""
    finished, fresh = ran[FROZEN]
    assert [one.outcome for one in finished] == [Complete(104.0), Complete(11.0), Complete(104.0)]
    assert fresh.outcome == Complete(11.0)
    assert finished[1].notes == (
        "'FROZEN' (line 4) was changed by trial 10; it is put back before each trial",
    )
