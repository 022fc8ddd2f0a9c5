"""The benchmarks of samplers: what they keep, and the tables that they make of it."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def samplers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the benchmark of samplers."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    spec = importlib.util.spec_from_file_location("sampler_quality", BENCHMARKS / "sampler_quality.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "sampler_quality", module)
    spec.loader.exec_module(module)
    return module


def test_equal_losses_share_the_mean_of_their_ranks(samplers: Any) -> None:
    assert samplers._ranks({"a": 1.0, "b": 2.0, "c": 1.0, "d": 3.0}) == {"a": 1.5, "b": 3, "c": 1.5, "d": 4}


@pytest.mark.parametrize(("wins", "losses", "p"), [(5, 5, 1.0), (5, 0, 0.0625), (0, 5, 0.0625), (0, 0, 1.0)])
def test_a_sign_test_counts_as_large_a_difference_both_ways(
    samplers: Any, wins: int, losses: int, p: float
) -> None:
    assert samplers.sign_test(wins, losses) == p


def test_a_search_that_is_kept_is_not_run_again_and_makes_a_table(samplers: Any, tmp_path: Path) -> None:
    wanted = [samplers.Cell("failing", name, seed, 4) for name in ("bayes", "random") for seed in (0, 1)]
    kept = [samplers.run(cell, 20) for cell in wanted]
    results = tmp_path / "results.jsonl"
    results.write_text("".join(f"{json.dumps(cell)}\n" for cell in kept))
    samplers.run_all(wanted, results, None, 1)
    assert samplers.read(results) == kept
    head, _, row, mean, _ = samplers.table(kept, ("bayes", "random"), 20, workers=4)
    assert head == "after 20 evaluations, 4 workers"
    assert row.startswith("failing (2)")
    assert mean.startswith("mean of problems")


def test_a_search_with_a_pruner_spends_its_epochs_and_makes_a_table(
    samplers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pruning: Any = importlib.import_module("sampler_pruning")
    monkeypatch.setattr(pruning, "WHOLE_TRIALS", 2)
    kept = [pruning.run(pruning.Cell(0, "asha", name)) for name in ("bayes", "tpe")]
    assert [(one["trials"], one["pruned"]) for one in kept] == [(2, 0), (2, 0)], "too few to stop one"
    _, ours, theirs, _ = pruning.report([*kept, {**kept[0], "sampler": "optuna", "again": 9.0}])
    assert ours.split()[:3] == ["asha", "(1)", "bayes"]
    assert theirs.split()[0] == "optuna"
    assert "1-0" in theirs
