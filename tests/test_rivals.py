"""The comparison with other tools: what it keeps, resumes and shows; its templates compile, its arms parse."""

from __future__ import annotations

import ast
import importlib
import json
import math
import os
import sys
import time
import xml.etree.ElementTree
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hypertemplate.cli import main
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState

ROOT = Path(__file__).parent.parent

RIVALS = ROOT / "benchmarks" / "rivals"

PRUNED, KERAS_TUNER = "hypertemplate --prune", "KerasTuner random"


@pytest.fixture(scope="module")
def bench() -> Iterator[Any]:
    """The modules of the comparison, by name."""
    names = ("cells", "processes", "arms", "environments", "plot", "report", "measure", "best_values")
    paths = [str(RIVALS), str(RIVALS / "common")]
    sys.path[:0] = paths
    yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    for name in names:
        del sys.modules[name]
    for path in paths:
        sys.path.remove(path)


def cell(
    bench: Any,
    arm: str,
    seed: int = 1,
    curve: tuple[Any, ...] = (),
    test: tuple[float, ...] = (0.5,),
    **others: Any,
) -> Any:
    fields: dict[str, Any] = {
        "workload": "fashion",
        "seconds": 200,
        "configurations": 2,
        "epochs": 5,
        "first_s": 10.0,
        "last_s": 18.0,
        "best": {"units": [32]},
        "load": 0.25,
        "ended": "2026-12-01T02:15",
        "versions": {"keras": "3.15"},
    }
    return bench.cells.Cell(arm=arm, seed=seed, curve=curve, test=test, **{**fields, **others})


@pytest.mark.parametrize(
    ("workload", "labels"),
    [
        (
            "fashion",
            "units[0] units[1] units[2] units[3] layers dropout activation optimizer learning_rate batch_size",
        ),
        pytest.param(
            "lstm",
            "units[0] units[1] layers dropout optimizer learning_rate batch_size",
            id="the template of lstm",
        ),
        pytest.param(
            "boosting",
            "learning_rate max_iter max_leaf_nodes min_samples_leaf l2_regularization max_features",
            id="the template of boosting",
        ),
        pytest.param("small", "units activation dropout", id="the template of small"),
    ],
)
def test_a_template_compiles_without_a_warning(
    workload: str, labels: str, capsys: pytest.CaptureFixture[str]
) -> None:
    template = str(RIVALS / workload / "template.py")
    assert main(["check", template]) == 0
    assert main(["space", template]) == 0
    checked, _, *space = capsys.readouterr().out.splitlines()
    count = len(labels.split())
    assert checked == f"{template}: {count} parameters, no problems found (nothing was run)"
    assert [line.split()[0] for line in space] == labels.split()


def test_the_files_that_the_arms_run_are_there_and_are_python(bench: Any, tmp_path: Path) -> None:
    for workload in bench.arms.WORKLOADS.values():
        assert workload.target in workload.arms
        for arm in workload.arms.values():
            assert arm.environment in bench.environments.PACKAGES
            commands = arm.commands("bin/python", str(tmp_path), 1)
            scripts = {Path(word) for command in commands for word in command.words if word.endswith(".py")}
            (script,) = scripts
            if script.name != "template.py":
                ast.parse(script.read_text(encoding="utf-8"))


def test_workers_run_beside_each_other_where_a_tool_has_them(bench: Any) -> None:
    arms = bench.arms.WORKLOADS["fashion"].arms
    commands = {name: arm.commands("python", "folder", 1) for name, arm in arms.items()}
    assert {name: len(words) for name, words in commands.items() if len(words) > 1} == {
        "KerasTuner random": 3,
        "KerasTuner Hyperband": 3,
        "KerasTuner Bayesian": 3,
        "Optuna, median": 2,
        "Optuna, Hyperband": 2,
    }
    ours = commands[PRUNED][0].words
    assert ours[ours.index("--workers") + 1] == "2"


def test_a_cell_knows_what_was_reached_by_when(bench: Any) -> None:
    reports = ((30, "0", 0.7), (10, "0", 0.5), (20, "1", 0.8))
    one = cell(bench, PRUNED, curve=bench.cells.improvements(reports))
    assert one.curve == ((10, 0.5), (20, 0.8))
    assert [one.best_by(moment) for moment in (5, 10, 25, 200)] == [None, 0.5, 0.8, 0.8]
    assert [one.reached(accuracy) for accuracy in (0.5, 0.6, 0.9)] == [10, 20, None]


def wanted(results: Path, arms: list[str], limit_s: float = math.inf) -> Namespace:
    return Namespace(
        results=results,
        environments=Path("rivals"),
        only=arms,
        workload=["fashion"],
        seeds=[1, 2],
        seconds=None,
        limit_s=limit_s,
    )


def test_missing_cells_run_and_a_failed_one_does_not_stop_the_others(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[tuple[str, int]] = []
    installed: list[str] = []
    broken = {"hypertemplate"}

    def run(key: tuple[str, str, int], folder: Path, seconds: float) -> Any:
        ran.append(key[1:])
        assert seconds == 200
        if key[1] in broken:
            raise RuntimeError("it fell over")
        return cell(bench, *key[1:], curve=((1.0, 0.5),))

    monkeypatch.setattr(bench.measure, "run", run)
    monkeypatch.setattr(bench.environments, "is_made", lambda folder, name: True)
    monkeypatch.setattr(bench.environments, "install_ours", lambda folder, name: installed.append(name))
    results, arms = tmp_path / "rivals.jsonl", ["hypertemplate", PRUNED]

    assert bench.measure.run_missing(wanted(results, arms, limit_s=100)) == 0
    assert ran == [], "a cell takes longer than the limit"
    assert "4 of 4 cells are left" in capsys.readouterr().out

    assert bench.measure.run_missing(wanted(results, [PRUNED])) == 0
    assert ran == [(PRUNED, 1), (PRUNED, 2)]
    assert installed == ["keras", "keras"], "what is measured is the project as it stands"

    assert bench.measure.run_missing(wanted(results, arms)) == 2
    assert ran[2:] == [("hypertemplate", 1), ("hypertemplate", 2)]
    assert "failed: it fell over" in capsys.readouterr().out

    broken.clear()
    assert bench.measure.run_missing(wanted(results, [*arms, KERAS_TUNER])) == 0
    assert ran[4:] == [(KERAS_TUNER, 1), (KERAS_TUNER, 2), ("hypertemplate", 1), ("hypertemplate", 2)]
    assert "all cells are there" in capsys.readouterr().out
    bench.measure.list_missing(wanted(results, arms))
    assert capsys.readouterr().out == "0 cells, about 0 minutes\n"


def test_a_search_that_ends_by_itself_has_failed(bench: Any, tmp_path: Path) -> None:
    command = bench.processes.Command((sys.executable, "-c", "raise SystemExit('no images')"))
    with pytest.raises(RuntimeError, match=r"(?s)ended by itself with status 1.*no images"):
        bench.processes.search([command], tmp_path, math.inf)
    with pytest.raises(RuntimeError, match=r"(?s)ended by itself with status 1.*no images"):
        bench.processes.search([command], tmp_path, math.inf, to_end=True)


def test_a_search_that_should_end_may_end_well(bench: Any, tmp_path: Path) -> None:
    command = bench.processes.Command((sys.executable, "-c", ""))
    bench.processes.search([command], tmp_path, math.inf, to_end=True)
    with pytest.raises(RuntimeError, match="did not end"):
        bench.processes.search([command], tmp_path, 0, to_end=True)


def test_nothing_that_a_search_has_started_outlives_it(bench: Any, tmp_path: Path) -> None:
    child = "import os, time; open('child.txt', 'w').write(str(os.getpid())); time.sleep(60)"
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], start_new_session=True)"
    )
    found = tmp_path / "child.txt"

    class Moment(float):
        """The time at which the child is there, which is asked whether it is later than now."""

        def __gt__(self, now: float) -> bool:
            return not (found.exists() and found.read_text())

    command = bench.processes.Command((sys.executable, "-c", parent))
    bench.processes.search([command], tmp_path, Moment())
    for _ in range(200):  # until the init process has reaped it
        if is_gone(int(found.read_text())):
            return
        time.sleep(0.05)
    pytest.fail("it is still there")


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_epochs_of_a_study_count_from_the_start_of_the_search(bench: Any, tmp_path: Path) -> None:
    def trial(number: int, state: TrialState, second: int, metric: str) -> Trial:
        reports = (Report(0, 0, {metric: 0.5 + number / 10}, 1.5),)
        started = f"2026-11-30T02:00:{second:02}+00:00"
        curves = (Curve(0, 20, reports),)
        return Trial(number, state, {}, -0.5, curves=curves, started_at=started, duration_s=2.0)

    for metric in ("val_accuracy", "loss"):
        with closing(SqliteStorage(tmp_path / metric / "study")) as storage:
            storage.create(Study("template", "d1", 1, ()))
            for number, second in enumerate((10, 5)):
                storage.propose(trial(number, TrialState.RUNNING, second, metric), "")
                storage.add(trial(number, TrialState.COMPLETE, second, metric))
    began = bench.arms.datetime.fromisoformat("2026-11-30T02:00:00+00:00").timestamp()
    assert bench.arms.studied(tmp_path / "val_accuracy", began) == [(6.5, "1", 0.6), (11.5, "0", 0.5)]
    assert bench.arms.studied(tmp_path / "loss", began) == [(7.0, "1", 0.5), (12.0, "0", 0.5)]


def test_a_line_that_a_killed_process_did_not_finish_is_left_out(bench: Any, tmp_path: Path) -> None:
    whole = json.dumps({"fit": "7-0", "time": 105.0, "accuracy": 0.5})
    (tmp_path / "epochs-7.jsonl").write_text(f"{whole}\n{whole[:10]}")
    assert bench.arms.logged(tmp_path, 100.0) == [(5.0, "7-0", 0.5)]


def write(path: Path, *rows: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def test_what_a_tool_calls_its_best_is_read_from_what_it_wrote(bench: Any, tmp_path: Path) -> None:
    def trial(status: str, score: float, layers: int) -> dict[str, Any]:
        values = {"layers": layers, "units_0": 32, "units_1": 64, "tuner/epochs": 3}
        return {"status": status, "score": score, "hyperparameters": {"values": values}}

    read = bench.best_values
    write(tmp_path / "search" / "a1" / "round_data.jsonl")
    assert [read.READERS[tool](tmp_path) for tool in read.READERS if tool != "optuna"] == [{}] * 4

    write(tmp_path / "search" / "trial_0" / "trial.json", trial("COMPLETED", 0.8, 2))
    write(tmp_path / "search" / "trial_1" / "trial.json", trial("COMPLETED", 0.7, 1))
    write(tmp_path / "search" / "trial_2" / "trial.json", trial("RUNNING", 0.9, 1))
    rounds = [
        {"row": {"val_accuracy": score}, "params": {"layers": 1, "units_0": 8 * score}} for score in (1, 2)
    ]
    write(tmp_path / "search" / "a1" / "round_data.jsonl", *rounds)
    write(tmp_path / "trials-1.jsonl", *({"loss": loss, "values": {"rate": loss}} for loss in (-0.2, -0.3)))
    results = [("a", 1, 0.9), ("a", 2, 0.5), ("b", 3, 0.6)]
    write(
        tmp_path / "results-1.jsonl",
        *(
            {"trial": name, "time": at, "accuracy": found, "values": {"rate": found}}
            for name, at, found in results
        ),
    )
    found = {
        tool: read.in_one_form(read.READERS[tool](tmp_path)) for tool in read.READERS if tool != "optuna"
    }
    assert found == {
        "keras_tuner": {"units": [32, 64]},
        "talos": {"units": [16]},
        "hyperas": {"rate": -0.3},
        "ray": {"rate": 0.6},
    }


def test_hyperas_is_changed_where_its_fault_is_known(bench: Any) -> None:
    first, second = bench.environments.PATCHES
    import_line = "from keras.models import model_from_yaml\n"
    assert bench.environments.patched(f"import numpy\n{import_line}", first) == "import numpy\n"
    assert bench.environments.patched("mended", second) == "mended"
    with pytest.raises(RuntimeError, match=r"optim.py of Hyperas has another form"):
        bench.environments.patched("np.random.RandomState(seed)", second)


def some_cells(bench: Any) -> list[Any]:
    return [
        cell(bench, PRUNED, 1, ((20.0, 0.7), (40.0, 0.9)), (0.8,)),
        cell(bench, PRUNED, 2, ((20.0, 0.7),), (0.6,)),
        cell(bench, KERAS_TUNER, 1, ((150.0, 0.8),), (0.5,)),
        cell(bench, "Talos", 1, workload="small", seconds=20.0, test=()),
        bench.cells.Failure("small", "Hyperas", 1, "it failed:\nit fell over\n"),
    ]


def test_the_tables_have_the_means_of_each_arm(bench: Any) -> None:
    lines = [line for line in bench.report.tables(some_cells(bench)).splitlines() if line[:2] != "=="]
    assert [" ".join(line.split()) for line in lines] == [
        "**Fashion-MNIST, a network of one to four layers**",
        "",
        "\\ searches configurations reports at 25 s at 50 s at 100 s at 200 s to 0.8000 test",
        "hypertemplate --prune 2 2 5 **0.7000** **0.8000** **0.8000** **0.8000** 40 s (1/2) **0.7000**",
        "KerasTuner random 1 2 5 - - - **0.8000** 150 s (1/1) 0.5000",
        "",
        "``python benchmarks/rivals/measure.py --workload fashion``, 2026-12-01,",
        "load average before a search 0.2 to 0.2; keras 3.15.",
        "",
        ".. image:: ../benchmarks/results/rivals-fashion.svg",
        ":alt: The mean best validation accuracy by the second, a line for each tool.",
        "",
        "**40 small trials in one worker**",
        "",
        "\\ searches first trial after each further all, with start and end",
        "Talos 1 10.0 s 2.00 s 20.0 s",
        "",
        "``python benchmarks/rivals/measure.py --workload small``, 2026-12-01,",
        "load average before a search 0.2 to 0.2; keras 3.15.",
        "",
        "Hyperas, seed 1, failed: ``it fell over``",
    ]


def test_the_command_writes_tables_plots_and_the_page(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results, page = tmp_path / "results", tmp_path / "page.rst"
    results.mkdir()
    for row in some_cells(bench):
        bench.cells.keep(results / "rivals.jsonl", row)
    bench.cells.keep(results / "rivals.jsonl", replace(some_cells(bench)[0], test=(0.9,)))
    (results / "notes.txt").write_text("one\ntwo\n\nfour\n")
    page.write_text(
        ".. results: rivals.txt\nold\n.. end\n\n.. results: notes.txt, lines 2-4\n.. end\n\n.. results: none.txt\n.. end\n"
    )
    monkeypatch.setattr(sys, "argv", ["report.py", "--results", str(results), "--page", str(page)])
    bench.report.main()
    tables = (results / "rivals.txt").read_text()
    assert "**0.7500**" in tables, "of a cell that was measured twice, the last counts"
    assert page.read_text() == (
        f".. results: rivals.txt\n\n{tables.rstrip()}\n\n.. end\n\n"
        ".. results: notes.txt, lines 2-4\n\ntwo\n\n.. container:: results\n\n   ::\n\n       four\n\n.. end\n\n"
        ".. results: none.txt\n\n.. end\n"
    )
    plot = xml.etree.ElementTree.parse(results / "rivals-fashion.svg").getroot()
    texts = [element.text for element in plot.iter("{http://www.w3.org/2000/svg}text")]
    assert {PRUNED, KERAS_TUNER} < set(texts)
    assert not (results / "rivals-small.svg").exists()


def test_the_page_shows_what_the_results_say(bench: Any) -> None:
    page = (ROOT / "docs" / "benchmarks.rst").read_text(encoding="utf-8")
    assert bench.report.filled(page, bench.report.RESULTS) == page, "python benchmarks/rivals/report.py"
    rows = bench.cells.read(bench.report.RESULTS / "rivals.jsonl").values()
    tables = bench.report.RESULTS / "rivals.txt"
    assert (tables.read_text(encoding="utf-8") if tables.exists() else "") == bench.report.tables(rows)
