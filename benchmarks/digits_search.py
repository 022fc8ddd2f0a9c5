"""Whether `bayes` finds better Keras networks than `tpe` in 30 trials, with and without `--prune`.

    python benchmarks/digits_search.py --results benchmarks/results/digits_search.jsonl
    python benchmarks/digits_search.py --results benchmarks/results/digits_search.jsonl --report

The first command runs the searches of `digits/template.py` that the file lacks, one after another, all four
of a seed before the next seed, and stores each when it has ended. The best trial of each is then confirmed:
its values are trained three times more, each time from other weights. The second command prints the table.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hypertemplate.search.storage.sqlite.reader import read_study

TEMPLATE = Path(__file__).parent / "digits" / "template.py"

TRIALS, SEEDS, REPEATS = 30, 5, 3


@dataclass(frozen=True)
class Cell:
    """A search: its seed, its algorithm, and whether it prunes."""

    seed: int
    algorithm: str
    prune: bool


def cells() -> Iterator[Cell]:
    """Yield all cells, so that those of a seed stand together."""
    for seed in range(1, SEEDS + 1):
        for prune in (False, True):
            for algorithm in ("bayes", "tpe"):
                yield Cell(seed, algorithm, prune)


def run(cell: Cell) -> dict[str, Any]:
    """Search, confirm the best trial, and return what is kept of both."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        options = ["--max-evals", str(TRIALS), "--algo", cell.algorithm, "--seed", str(cell.seed)]
        options += ["--prune"] if cell.prune else []
        hypertemplate("run", str(TEMPLATE), "--study", str(study), "--quiet", *options)
        hypertemplate("confirm", str(study), "--top", "1", "--repeats", str(REPEATS))
        kept = read_study(study).study
    (confirmed,) = kept.confirmed
    assert kept.best is not None
    epochs = sum(curve.count for trial in kept.trials for curve in trial.curves)
    return {**asdict(cell), "best": kept.best.loss, "again": list(confirmed.losses), "epochs": epochs}


def hypertemplate(*words: str) -> None:
    """Run a command of hypertemplate's."""
    command = [sys.executable, "-m", "hypertemplate", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def read(path: Path) -> list[dict[str, Any]]:
    """Return the cells that a file has."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def report(kept: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a table of the seeds that both algorithms have, and one line for each of them."""
    for prune in (False, True):
        found = {(one["algorithm"], one["seed"]): one for one in kept if one["prune"] is prune}
        seeds = [seed for name, seed in found if name == "bayes" and ("tpe", seed) in found]
        if not seeds:
            continue
        yield f"{'with --prune' if prune else 'without pruning'}, seeds: {len(seeds)}"
        yield f"{'':<8}{'best':>10}{'again':>10}{'epochs':>8}"
        for name in ("bayes", "tpe"):
            own = [found[name, seed] for seed in seeds]
            best, again = (statistics.fmean(numbers) for numbers in zip(*map(scores, own), strict=True))
            epochs = statistics.fmean(one["epochs"] for one in own)
            yield f"{name:<8}{best:>10.4f}{again:>10.4f}{epochs:>8.0f}"
        for place, what in enumerate(("best", "again")):
            pairs = [(scores(found["bayes", s])[place], scores(found["tpe", s])[place]) for s in seeds]
            wins = sum(ours < theirs for ours, theirs in pairs)
            yield f"bayes is ahead in {wins} of {len(pairs)} by {what}: " + ", ".join(
                f"{ours:.4f} and {theirs:.4f}" for ours, theirs in pairs
            )
        yield ""


def scores(cell: Mapping[str, Any]) -> tuple[float, float]:
    """Return the lowest loss of a search, and the mean loss of its best point when it is trained again."""
    return cell["best"], statistics.fmean(cell["again"])


def main() -> None:
    """Run cells, or print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--report", action="store_true", help="print the table")
    given = parser.parse_args()
    kept = read(given.results)
    if given.report:
        print("\n".join(report(kept)))
        return
    had = {Cell(one["seed"], one["algorithm"], one["prune"]) for one in kept}
    for cell in cells():
        if cell not in had:
            found = run(cell)
            with given.results.open("a") as file:
                print(json.dumps(found), file=file)
            print(found, flush=True)


if __name__ == "__main__":
    main()
