"""How soon searches find good values: hypertemplate and its rivals, each as its documentation shows.

    make datasets
    python benchmarks/rivals/environments.py
    python benchmarks/rivals/measure.py
    python benchmarks/rivals/report.py

``make rivals`` is all four. The third line runs the cells that the results lack, one after another: a cell
is a workload, an arm and a seed (``arms.py`` has them). They can be had in pieces: ``--limit-s 600`` begins
no cell that would not end within ten minutes, ``--only`` and ``--workload`` name arms and workloads, and
``--list`` says what is missing, and about how long it takes on two cores. They want a machine that does
nothing else. A cell that fails is told and kept as failed, and runs again when all others have run.

A search has its time from the start of its first process, its imports and its data included; then SIGTERM
ends it. It has two workers where its tool can have two processes. Threads are what each tool has its
processes start; no variable of the environment says how many. A configuration counts once it has reported
an epoch. The accuracies by a moment are those of the validation, of all epochs that any trial had reported.
What a tool calls its best is then trained again, three times with other seeds, with the same data, epochs
and batches, of which no moment counts; networks are scored on the test data with the weights of the epoch
that validated best.

The workload ``small`` ends by itself: 40 trials of an epoch of a small network, in one worker, beside a
plain loop.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import cells
import environments
from arms import WORKLOADS, Arm, named
from cells import Cell, Failure, Key
from processes import COMMON, answered, search

RESULTS = Path(__file__).parents[1] / "results" / "rivals.jsonl"

TOO_LONG_S = 900
"""After so many seconds, a search that ends by itself is taken not to."""


def run(key: Key, folder: Path, seconds: float | None) -> Cell:
    """Run a cell with the environments in a folder.

    Raises:
        RuntimeError: the search ended by itself, or found nothing.
    """
    name, arm_name, seed = key
    workload = WORKLOADS[name]
    arm, load = workload.arms[arm_name], os.getloadavg()[0]
    python = environments.python_of(folder, arm.environment)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        began = time.time()
        until = began + (seconds or TOO_LONG_S)
        search(arm.commands(python, place, seed), Path(place), until, to_end=seconds is None)
        took = seconds or time.time() - began
        reports = [one for one in arm.reports(Path(place), began) if one[0] <= took]
        if not reports:
            raise RuntimeError(f"no epoch was reported:\n{(Path(place) / 'output.txt').read_text()[-4000:]}")
        best = arm.best(python, place) if workload.trainings else {}
    return Cell(
        *key,
        seconds=round(took, 2),
        configurations=len({configuration for _, configuration, _ in reports}),
        epochs=len(reports),
        first_s=round(reports[0][0], 2),
        last_s=round(reports[-1][0], 2),
        curve=cells.improvements(reports),
        best=best,
        test=trained_again(name, best, folder),
        load=round(load, 2),
        ended=datetime.now().isoformat(timespec="minutes"),
        versions=versions(python, arm),
    )


def trained_again(name: str, best: dict[str, object], folder: Path) -> tuple[float, ...]:
    """The accuracies on the test data of what a search of a workload found, one for each seed."""
    workload = WORKLOADS[name]
    if not workload.trainings:
        return ()
    words = (str(COMMON / "trained_again.py"), str(COMMON.parent / name), json.dumps(best))
    python = environments.python_of(folder, workload.environment)
    return tuple(answered(python, *words, *map(str, workload.trainings)))


def versions(python: str, arm: Arm) -> dict[str, str]:
    """What the environment of an arm has of the tool and of Keras."""
    packages = sorted({arm.package, "keras"})
    code = f"import importlib.metadata as of, json; print(json.dumps([of.version(p) for p in {packages}]))"
    return dict(zip(packages, answered(python, "-c", code), strict=True))


def run_missing(wanted: argparse.Namespace) -> int:
    """Run what the results lack, as far as the limit allows; the number of cells that failed."""
    asked = named(wanted.workload, wanted.only, wanted.seeds)
    left = cells.missing(asked, cells.read(wanted.results))
    for name in sorted({WORKLOADS[workload].arms[arm].environment for workload, arm, _ in left}):
        if not environments.is_made(wanted.environments, name):
            environments.make(wanted.environments, name)
        if str(environments.PROJECT) in environments.PACKAGES[name]:
            environments.install_ours(wanted.environments, name)
    failed = 0
    until = time.monotonic() + wanted.limit_s
    for key in left:
        workload = WORKLOADS[key[0]]
        seconds = None if workload.seconds is None else wanted.seconds or workload.seconds
        if time.monotonic() + workload.cell_s > until:
            continue
        print(f"{key[0]}, {key[1]}, seed {key[2]}: ", end="", flush=True)
        row = measured(key, wanted.environments, seconds)
        cells.keep(wanted.results, row)
        failed += isinstance(row, Failure)
        print(told(row), flush=True)
    still = len(cells.missing(asked, cells.read(wanted.results)))
    print(f"{still} of {len(asked)} cells are left" if still else "all cells are there", flush=True)
    return failed


def measured(key: Key, folder: Path, seconds: float | None) -> Cell | Failure:
    """The cell, or why there is none."""
    try:
        return run(key, folder, seconds)
    except Exception as error:  # a tool that fails is a result, and must not keep the others from running
        return Failure(*key, error=str(error) or repr(error))


def told(row: Cell | Failure) -> str:
    """What a cell came to, on a line."""
    if isinstance(row, Failure):
        return f"failed: {row.error}"
    if not row.test:
        return f"{row.configurations} configurations in {row.seconds:.1f} s"
    best, test = row.best_by(math.inf), statistics.mean(row.test)
    return f"{row.configurations} configurations, {row.epochs} reports, best {best}, test {test:.4f}"


def list_missing(wanted: argparse.Namespace) -> None:
    """Print what the results lack, and about how long it takes."""
    left = cells.missing(named(wanted.workload, wanted.only, wanted.seeds), cells.read(wanted.results))
    for name, arm, seed in left:
        print(f"{name}, {arm}, seed {seed}")
    minutes = sum(WORKLOADS[name].cell_s for name, _, _ in left) / 60
    print(f"{len(left)} cells, about {minutes:.0f} minutes")


def main() -> None:
    """Run what is missing, or list it."""
    arm_names = list(dict.fromkeys(arm for workload in WORKLOADS.values() for arm in workload.arms))
    parser = argparse.ArgumentParser(description="Measure hypertemplate beside its rivals.")
    parser.add_argument("--environments", metavar="DIR", type=Path, default=environments.FOLDER)
    parser.add_argument("--results", metavar="FILE", type=Path, default=RESULTS)
    parser.add_argument("--only", metavar="ARM", nargs="+", choices=arm_names, help="arms; by default all")
    parser.add_argument("--workload", nargs="+", choices=WORKLOADS, help="by default all")
    parser.add_argument("--seeds", type=int, nargs="+", help="by default all")
    parser.add_argument("--limit-s", type=float, default=math.inf, help="begin no cell that would end later")
    parser.add_argument("--seconds", type=float, help="of each search, to try out whether an arm runs")
    parser.add_argument("--list", action="store_true", help="say what is missing, and run nothing")
    wanted = parser.parse_args()
    if wanted.seconds and wanted.results == RESULTS:
        parser.error("--seconds: searches of another length belong into another file; give --results FILE")
    if wanted.list:
        list_missing(wanted)
    else:
        sys.exit(1 if run_missing(wanted) else 0)


if __name__ == "__main__":
    main()
