"""Conditions that are learnt: a loop that builds as many layers as a choice says, with units drawn for all."""

from __future__ import annotations

import numpy as np
import pytest

from hypertemplate.search.samplers.bayes.conditions import Conditions
from hypertemplate.search.samplers.bayes.unit_cube import UnitCube
from tests.search.spaces import chosen, numeric

SPACE = (
    numeric("layers", "uniformint", integral=True, low=1, high=3),
    chosen("kind", "'a'", "'b'"),
    numeric("units0", "uniform", low=0, high=1),
    numeric("units1", "uniform", low=0, high=1),
)

Read = tuple[int, int, tuple[str, ...]]
"""Layers, kind, and the labels that the trial did not read."""


@pytest.mark.parametrize(
    ("trials", "counts"),
    [
        pytest.param((), {1: True, 2: True, 3: True}, id="nothing is known: it counts"),
        pytest.param(((2, 0, ()),), {1: True, 2: True, 3: True}, id="it was read: it counts"),
        pytest.param(
            ((1, 0, ("units1",)),), {1: False, 2: False, 3: False}, id="nobody has read it: it does not"
        ),
        pytest.param(
            ((1, 0, ("units1",)), (2, 0, ())),
            {1: False, 2: True, 3: True},
            id="the number of layers tells; one that was never tried counts",
        ),
        pytest.param(
            ((1, 0, ("units1",)), (1, 1, ()), (2, 0, ("units1",)), (2, 1, ())),
            {1: False, 2: False, 3: False},
            id="the kind tells, and the number of layers contradicts",
        ),
        pytest.param(
            ((1, 0, ("units1",)), (1, 0, ())), {1: True, 2: True, 3: True}, id="nothing tells: it counts"
        ),
    ],
)
def test_a_label_counts_where_trials_have_read_it(trials: tuple[Read, ...], counts: dict[int, bool]) -> None:
    cube = UnitCube(SPACE)
    conditions = Conditions(cube)
    for layers, kind, unused in trials:
        conditions.learn({"layers": layers, "kind": kind, "units0": 0.5, "units1": 0.5}, unused)
    rows = np.stack([cube.row({"layers": n, "kind": 0, "units0": 0.5, "units1": 0.5}) for n in counts])
    assert conditions.active(rows)[:, 3].tolist() == list(counts.values())
    assert conditions.active(rows)[:, :3].all()
