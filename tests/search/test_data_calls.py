from __future__ import annotations

import pytest

from hypertemplate.runtime.protocol import DataCall
from hypertemplate.search.service.data_calls import DataCalls


def call(seconds: float, *, ran: bool = True) -> DataCall:
    return DataCall("load", ran, seconds, 0)


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        pytest.param([None, None], "", id="nothing is shared"),
        pytest.param([call(3.0), call(3.0)], "", id="it ran in every trial"),
        pytest.param([call(3.0), call(3.0, ran=False)], "load() ran once for 2 trials, 3s saved", id="once"),
        pytest.param(
            [call(9.0), call(9.0), *[call(8.6, ran=False)] * 36],
            "load() ran 2 times for 38 trials, 5m saved",
            id="for many trials",
        ),
        pytest.param(
            [call(3.0), None, call(3.0, ran=False)], "load() ran once for 2 trials, 3s saved", id="one failed"
        ),
    ],
)
def test_the_summary_of_a_search(calls: list[DataCall | None], said: str) -> None:
    counted = DataCalls()
    for one in calls:
        counted.add(one)
    assert counted.summary() == said
