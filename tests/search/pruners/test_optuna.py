"""The median rule and Hyperband decide as Optuna's pruners do, whose decisions are recorded.

``record_optuna.py`` beside this file records them anew where Optuna is installed.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hypertemplate.runtime.protocol import Stop
from hypertemplate.search.pruners.base import Method
from hypertemplate.search.pruners.factory import pruner
from hypertemplate.search.pruners.hyperband import bracket_of
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from tests.search.pruners.drawn_curves import Drawn, drawn, stops

RECORDED = json.loads(Path(__file__).with_name("optuna_decisions.json").read_text())


class Ours:
    """A pruner of ours in a search over drawn curves."""

    def __init__(self, method: Method, search: Drawn) -> None:
        self.search, self.study = search, Study(search.name, "", 1, (), max_evals=len(search.curves))
        self.pruner = pruner(method, Wish("value", maximize=search.maximize), (), print)
        self.pruner.begin(self.study, ())
        self.last: dict[int, Curve] = {}

    def begin(self, number: int) -> None:
        self.pruner.trial_started(Trial(number, TrialState.RUNNING, {}))

    def stops(self, number: int, epoch: int) -> bool:
        self.last[number] = self.curve(number, epoch)
        return isinstance(self.pruner.epoch_ended(number, self.last[number]), Stop)

    def end(self, number: int, *, stopped: bool) -> None:
        state = TrialState.PRUNED if stopped else TrialState.COMPLETE
        ended = Trial(number, state, {}, self.search.curves[number][-1], curves=(self.last[number],))
        self.pruner.trial_ended(ended, self.study)

    def curve(self, number: int, epoch: int) -> Curve:
        values = self.search.curves[number]
        reports = (Report(step, step, {"value": value}) for step, value in enumerate(values[: epoch + 1]))
        return Curve(0, len(values), tuple(reports))


@pytest.mark.parametrize("method", ["median", "hyperband"])
def test_the_rule_decides_as_optunas(method: Method) -> None:
    recorded = RECORDED[method]
    assert [stops(drawn(seed), Ours(method, drawn(seed))) for seed in range(len(recorded))] == recorded
    assert sum(map(len, recorded)) > 300, "most trials are stopped, or the test says little"


def test_brackets_are_optunas() -> None:
    """With the lengths of 1 to 300, where rounding decides: 243 has five brackets there, not six."""
    assert [max(bracket_of(n, "m", length) for n in range(500)) for length in (1, 3, 8, 9, 27, 243)] == [
        *(0, 1, 1, 2, 3, 4)
    ]
