"""Two searches with the same seed on one worker and the CPU: the same values, and the same losses to the last bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backends.conftest import ended

pytestmark = pytest.mark.keras


def test_the_same_seed_gives_the_same_losses(backend: str, searched: tuple[Path, Path]) -> None:
    first, second = (ended(folder) for folder in searched)
    assert first.versions["backend"] == backend
    assert [trial.params for trial in first.trials] == [trial.params for trial in second.trials]
    assert [trial.loss for trial in first.trials] == [trial.loss for trial in second.trials]
    assert [trial.curve for trial in first.trials] == [trial.curve for trial in second.trials]
    assert len({trial.loss for trial in first.trials}) == 3
