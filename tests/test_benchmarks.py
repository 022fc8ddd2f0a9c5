"""The benchmark of time to quality: what it keeps, resumes and shows; its template compiles."""

from __future__ import annotations

import importlib.util
import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.cli import main
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"

OURS, PRUNED, KERAS_TUNER = "hypertemplate", "hypertemplate --prune", "KerasTuner random"


@pytest.fixture
def bench() -> Iterator[Any]:
    """The benchmark's module."""
    name = "time_to_quality"
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[name]


def cell(bench: Any, arm: str, seed: int = 1, epochs: tuple[Any, ...] = (), test: float = 0.5) -> Any:
    return bench.Cell(arm, seed, 200, epochs, {"units": [32]}, (test,), 0.25, "2026-11-30T02:15")


def wanted(results: Path, arms: list[str], cells: int | None = None) -> Namespace:
    return Namespace(results=results, rivals="rivals", arms=arms, seeds=[1, 2], seconds=200, cells=cells)


def test_the_template_compiles_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    template = str(BENCHMARKS / "fashion" / "template.py")
    assert main(["check", template]) == 0
    assert main(["space", template]) == 0
    checked, _, *space = capsys.readouterr().out.splitlines()
    assert checked == f"{template}: 10 parameters, no problems found (nothing was run)"
    labels = [
        *(f"units[{i}]" for i in range(4)),
        "layers",
        "dropout",
        "activation",
        "optimizer",
        "learning_rate",
        "batch_size",
    ]
    assert [line.split()[0] for line in space] == labels


def test_a_cell_knows_what_was_reached_by_when(bench: Any) -> None:
    one = cell(bench, OURS, epochs=((10, "0", 0.5), (20, "1", 0.8), (30, "0", 0.7)))
    assert one.configurations == 2
    assert [one.best_by(moment) for moment in (5, 10, 25, 200)] == [None, 0.5, 0.8, 0.8]
    assert [one.reached(accuracy) for accuracy in (0.5, 0.6, 0.9)] == [10, 20, None]


def test_the_table_has_the_means_of_each_arm_and_then_each_cell(bench: Any) -> None:
    cells = [
        cell(bench, PRUNED, 1, ((20.0, "0", 0.7), (40.0, "1", 0.9)), 0.8),
        cell(bench, PRUNED, 2, ((20.0, "0", 0.7),), 0.6),
        cell(bench, KERAS_TUNER, 1, ((150.0, "0", 0.8),), 0.5),
    ]
    assert [" ".join(line.split()) for line in bench.report(cells).splitlines()] == [
        "configurations epochs at 25 s at 50 s at 100 s at 200 s to 0.8000 test",
        "hypertemplate --prune 2 2 0.7000 0.8000 0.8000 0.8000 40 s (1/2) 0.7000",
        "KerasTuner random 1 1 - - - 0.8000 150 s 0.5000",
        "",
        "arm, seed",
        "hypertemplate --prune, 1 2 2 0.7000 0.9000 0.9000 0.9000 40 s 0.8000",
        "hypertemplate --prune, 2 1 1 0.7000 0.7000 0.7000 0.7000 - 0.6000",
        "KerasTuner random, 1 1 1 - - - 0.8000 150 s 0.5000",
        "",
        "load average before a cell: 0.2 to 0.2",
    ]


def test_missing_cells_run_and_a_failed_one_does_not_stop_the_others(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[tuple[str, int]] = []
    installed: list[str] = []

    def run(name: str, seed: int, seconds: float, rivals: str) -> Any:
        ran.append((name, seed))
        if name == OURS:
            raise RuntimeError("it fell over")
        return cell(bench, name, seed, ((1.0, "0", 0.5),))

    monkeypatch.setattr(bench, "run", run)
    monkeypatch.setattr(bench, "install", lambda python, *words: installed.append(words[-1]))
    arms = [OURS, PRUNED]
    bench.run_missing(wanted(tmp_path, arms, cells=2))
    assert ran == [(OURS, 1), (PRUNED, 1)]
    assert installed == [str(BENCHMARKS.parent)], "what is measured is the project as it stands"
    assert "it fell over" in capsys.readouterr().out
    bench.run_missing(wanted(tmp_path, arms, cells=1))
    assert ran[2:] == [(OURS, 2)], "what has not run yet comes before what has failed"
    bench.run_missing(wanted(tmp_path, arms))
    assert ran[3:] == [(PRUNED, 2), (OURS, 1), (OURS, 2)]
    assert capsys.readouterr().out.endswith("2 of 4 cells are left\n")
    assert bench.read_cells(tmp_path) == [cell(bench, PRUNED, seed, ((1.0, "0", 0.5),)) for seed in (1, 2)]


def test_what_has_not_been_tested_is_trained_again_once(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested, untested = cell(bench, OURS), replace(cell(bench, PRUNED), test=())
    for one in (tested, untested):
        bench.place(tmp_path, one.arm, one.seed).write_text(json.dumps(asdict(one)))
    assert bench.report([untested]).splitlines()[1].endswith(" -")
    monkeypatch.setattr(bench, "answered", lambda python, script, best, *seeds: [len(seeds), 0.0])
    for _ in range(2):
        bench.test_missing(tmp_path)
        assert bench.read_cells(tmp_path) == [tested, replace(untested, test=(3, 0.0))]
        monkeypatch.delattr(bench, "answered", raising=False)


def test_a_search_that_ends_by_itself_has_failed(bench: Any, tmp_path: Path) -> None:
    command = bench.Command((sys.executable, "-c", "raise SystemExit('no images')"))
    with pytest.raises(RuntimeError, match=r"(?s)ended by itself with status 1.*no images"):
        bench.search([command], tmp_path / "output.txt", float("inf"))


def test_the_epochs_of_a_study_count_from_the_start_of_the_search(bench: Any, tmp_path: Path) -> None:
    def trial(number: int, state: TrialState, second: int) -> Trial:
        reports = (Report(0, 0, {"val_accuracy": 0.5 + number / 10}, 1.5),)
        started = f"2026-11-30T02:00:{second:02}+00:00"
        return Trial(number, state, {}, -0.5, curves=(Curve(0, 20, reports),), started_at=started)

    with closing(SqliteStorage(tmp_path / "study")) as storage:
        storage.create(Study("template", "d1", 1, ()))
        for number, second in enumerate((10, 5)):
            running = trial(number, TrialState.RUNNING, second)
            storage.propose(running, "")
            storage.add(trial(number, TrialState.COMPLETE, second))
    began = bench.datetime.fromisoformat("2026-11-30T02:00:00+00:00").timestamp()
    assert bench.studied(tmp_path, began) == [(6.5, "1", 0.6), (11.5, "0", 0.5)]


def test_a_line_that_a_killed_process_did_not_finish_is_left_out(bench: Any, tmp_path: Path) -> None:
    whole = json.dumps({"fit": "7-0", "time": 105.0, "val_accuracy": 0.5})
    (tmp_path / "epochs-7.jsonl").write_text(f"{whole}\n{whole[:10]}")
    assert bench.logged(tmp_path, 100.0) == [(5.0, "7-0", 0.5)]


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
