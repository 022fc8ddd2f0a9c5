from __future__ import annotations

import random
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.seeds import seed_at_import, seed_everything, trial_seed, undisturbed


class Recorder(ModuleType):
    """A package that records how it is seeded."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.seeds: list[int] = []
        self.random = self
        self.utils = self

    def manual_seed(self, seed: int) -> None:
        self.seeds.append(seed)

    set_seed = set_random_seed = seed = manual_seed


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No framework is loaded."""
    for name in ("torch", "tensorflow", "keras", "tf_keras"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("study", "number", "seed"),
    [
        # int(hashlib.sha256(b"1337:0").hexdigest()[:8], 16)
        pytest.param(1337, 0, 0x5376508C, id="the first trial"),
        pytest.param(1337, 1, 0xEA9C32C8, id="the second trial"),
        pytest.param(-1, 10**6, 0x9BCF828D, id="a negative study seed and a high number"),
    ],
)
def test_a_trials_seed_is_fixed_for_ever(study: int, number: int, seed: int) -> None:
    assert trial_seed(study, number) == seed


def test_seeds_of_neighbours_differ() -> None:
    assert len({trial_seed(study, number) for study in range(30) for number in range(30)}) == 900


def test_python_and_numpy_draw_the_same_after_the_same_seed(alone: pytest.MonkeyPatch) -> None:
    def draws(seed: int) -> tuple[Any, ...]:
        seed_everything(seed)
        return random.random(), np.random.rand()

    assert draws(7) == draws(7) != draws(8)
    assert draws(-1) == draws(2**32 - 1) == draws(2**64 - 1)


def test_every_loaded_framework_is_seeded(alone: pytest.MonkeyPatch) -> None:
    frameworks = [Recorder(name) for name in ("torch", "tensorflow", "keras", "tf_keras")]
    for framework in frameworks:
        alone.setitem(sys.modules, framework.__name__, framework)
    seed_everything(2**32 + 5)
    assert [framework.seeds for framework in frameworks] == [[5]] * 4


def test_a_framework_imported_later_gets_the_latest_seed(alone: pytest.MonkeyPatch) -> None:
    actions: dict[str, Any] = {}

    class Watcher(ImportWatcher):
        def watch(self, name: str, action: Any) -> None:
            actions[name] = action

    seed_at_import(Watcher())
    seed_everything(1)
    seed_everything(2)
    torch = Recorder("torch")
    actions["torch"](torch)
    assert torch.seeds == [2]


def test_an_import_leaves_other_generators_as_they_are(alone: pytest.MonkeyPatch) -> None:
    seed_everything(1)
    random.seed(5)
    watcher = ImportWatcher()
    seed_at_import(watcher)  # NumPy is loaded, so it is seeded now
    assert random.random() == random.Random(5).random()
    assert np.random.rand() == np.random.RandomState(1).rand()


def test_generators_are_left_as_they_were() -> None:
    seed_everything(3)
    expected = random.Random(3).random(), np.random.RandomState(3).rand()
    with undisturbed():
        random.random()
        np.random.rand()
    assert (random.random(), np.random.rand()) == expected


def test_numpy_that_is_new_starts_from_the_seed_given_last(alone: pytest.MonkeyPatch) -> None:
    seed_everything(3)
    alone.delitem(sys.modules, "numpy")
    with undisturbed():
        alone.setitem(sys.modules, "numpy", np)
        np.random.rand()
    assert np.random.rand() == np.random.RandomState(3).rand()


def test_a_process_without_numpy_has_only_pythons(alone: pytest.MonkeyPatch) -> None:
    alone.delitem(sys.modules, "numpy")
    seed_everything(3)
    with undisturbed():
        random.random()
    assert random.random() == random.Random(3).random()
