"""A search in which equal trials are answered proposes the points, and finds the losses, of one that runs them all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.runtime.protocol import Complete, Finished, Run
from hypertemplate.search.loop import search
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Algorithm, Study
from tests.search.fakes import FakeExecutor, Recorder, Said
from tests.search.spaces import chosen, numeric

pytestmark = pytest.mark.property

SIZES = st.integers(1, 4)


def objective(seed: int, labels: tuple[str, ...]) -> Callable[[Params], tuple[float, tuple[str, ...]]]:
    """Code that reads one label after another, as far as the values before take it; it is deterministic."""

    def run(params: Params) -> tuple[float, tuple[str, ...]]:
        state, read = seed, list[str]()
        for label in labels:
            if state % 3 == 0:
                continue
            read.append(label)
            state = (state * 31 + int(params[label] * 8) + 7) % 1009
        return state / 10, tuple(read)

    return run


def searched(
    space: tuple[Dimension, ...], algorithm: Algorithm, seed: int, evals: int, *, rerun_equal: bool
) -> Study:
    code = objective(seed, tuple(dimension.label for dimension in space))

    def trial(run: Run) -> Said:
        loss, read = code(run.params)
        yield Finished(Complete(loss), {}, unused=tuple(one for one in run.params if one not in read))

    def sampler(space: tuple[Dimension, ...]) -> Sampler:
        return HyperoptSampler(space, algorithm, seed)

    return search(
        Study("model", "d", 1, (), max_evals=evals),
        FakeExecutor(space, trial),
        sampler=sampler,
        storage=MemoryStorage(),
        observer=Recorder(),
        rerun_equal=rerun_equal,
    )


@settings(max_examples=6)
@given(
    st.lists(SIZES, min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from(["random", "anneal", "tpe"]),
    st.integers(0, 2000),
)
def test_equal_trials_change_neither_points_nor_losses(
    sizes: list[int], has_rate: bool, algorithm: Algorithm, seed: int
) -> None:
    space = tuple(chosen(f"c{i}", *map(str, range(size))) for i, size in enumerate(sizes))
    space += (numeric("rate", "quniform", low=0, high=1, q=0.25),) if has_rate else ()
    on = searched(space, algorithm, seed, 30, rerun_equal=False)
    proposed = next(
        (one.number for one in on.trials if one.number >= 50 and one.equal_to is None), len(on.trials)
    )  # from here on, points may come from the space
    off = searched(space, algorithm, seed, proposed, rerun_equal=True)
    first = on.trials[:proposed]
    assert [(one.params, one.loss, one.unused) for one in first] == [
        (one.params, one.loss, one.unused) for one in off.trials
    ]
    distinct = {tuple((label, one.params[label]) for label in one.read): one.loss for one in off.trials}
    assert len(distinct) == sum(one.equal_to is None for one in first)
    best = min(one.loss for one in first if one.loss is not None)
    assert best == off.best_loss
    assert on.evaluations <= 30
