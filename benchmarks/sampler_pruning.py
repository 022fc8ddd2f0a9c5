"""How good `bayes` is beside Optuna's TPE and hyperopt's where the same pruner stops trials.

    pip install optuna scikit-learn
    python benchmarks/sampler_pruning.py --results benchmarks/results/sampler_pruning.jsonl
    python benchmarks/sampler_pruning.py --results benchmarks/results/sampler_pruning.jsonl --report

The network of `mlp_digits` in ``samplers/problems.py`` trains for 18 epochs; a search may spend as many
epochs as 20 whole trials take. Trials that ran to their end count. The best one by then is trained six times
more, and judged by the mean of its last validation losses. Our pruners decide for all samplers: that of the
median is Optuna's. Optuna's sampler hears every epoch of a trial, as its documentation has it; ours and
hyperopt's hear the estimate of its final loss. All searches of a seed run before the next seed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from sampler_quality import Optuna, sign_test, value
from samplers.problems import BY_NAME, MLP, mlp_epochs

from hypertemplate.runtime.protocol import Stop
from hypertemplate.search.pruners.base import Method, Pruner
from hypertemplate.search.pruners.factory import pruner
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.samplers.base import heard
from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState

EPOCHS, WHOLE_TRIALS, SEEDS, RETRAININGS = 18, 20, 10, 6

METHODS: tuple[Method, ...] = ("none", "asha", "median")

SAMPLERS = ("bayes", "optuna", "tpe")


@dataclass(frozen=True)
class Cell:
    """A search: its seed, its pruner and its sampler."""

    seed: int
    method: Method
    sampler: str


class Asked(Protocol):
    """A sampler as this benchmark drives it."""

    def ask(self, number: int) -> tuple[Mapping[str, float], Mapping[str, Any]]:
        """Return drawn values, and values, by label."""

    def tell(self, trial: Trial) -> None:
        """Tell how a trial ended."""


class Ours:
    """A sampler of hypertemplate's."""

    def __init__(self, name: str, seed: int) -> None:
        self._sampler = BayesSampler(MLP, seed) if name == "bayes" else HyperoptSampler(MLP, "tpe", seed)

    def ask(self, number: int) -> tuple[Mapping[str, float], Mapping[str, Any]]:
        params = self._sampler.ask(number)
        return params, {d.label: value(d, params[d.label]) for d in MLP if d.label in params}

    def tell(self, trial: Trial) -> None:
        self._sampler.tell(trial.number, trial.params, *heard(trial))


class Theirs:
    """Optuna's TPE."""

    def __init__(self, seed: int) -> None:
        self._sampler = Optuna(BY_NAME["mlp_digits"], "optuna", seed, 1)

    def ask(self, number: int) -> tuple[Mapping[str, float], Mapping[str, Any]]:
        return {}, self._sampler.ask(number)

    def tell(self, trial: Trial) -> None:
        if trial.state is TrialState.PRUNED:
            losses = [report.metrics["val_loss"] for report in trial.curves[0].reports]
            self._sampler.tell_pruned(trial.number, losses)
        else:
            self._sampler.tell(trial.number, trial.loss)


def run(cell: Cell) -> dict[str, Any]:
    """Search until the epochs are spent, and return what is kept of it."""
    sampler: Asked = Theirs(cell.seed) if cell.sampler == "optuna" else Ours(cell.sampler, cell.seed)
    judge = pruner(cell.method, Wish("val_loss", maximize=False), (), lambda note: None)
    study = Study("digits", "", cell.seed, MLP, max_evals=1000)
    judge.begin(study, ())
    left, best, point, trials, pruned = EPOCHS * WHOLE_TRIALS, math.inf, {}, 0, 0
    while True:
        params, values = sampler.ask(trials)
        trial = trained(cell, Trial(trials, TrialState.RUNNING, dict(params)), values, judge, left)
        left -= trial.curves[0].count
        if trial.state is TrialState.RUNNING:
            break
        trials, pruned = trials + 1, pruned + (trial.state is TrialState.PRUNED)
        sampler.tell(trial)
        judge.trial_ended(trial, study)
        if trial.state is TrialState.COMPLETE and trial.loss is not None and trial.loss < best:
            best, point = trial.loss, dict(values)
    noise = np.random.default_rng([cell.seed, 1])
    again = [list(mlp_epochs(point, noise, EPOCHS))[-1] for _ in range(RETRAININGS)]
    return {
        **asdict(cell),
        "best": best,
        "again": statistics.fmean(again),
        "trials": trials,
        "pruned": pruned,
    }


def trained(cell: Cell, trial: Trial, values: Mapping[str, Any], judge: Pruner, most: int) -> Trial:
    """Train one network, unless the pruner stops it; a trial that lacks epochs still runs at the end."""
    curve = Curve(0, EPOCHS)
    noise = np.random.default_rng([cell.seed, 2, trial.number])
    judge.trial_started(trial)
    for epoch, loss in enumerate(itertools.islice(mlp_epochs(values, noise, EPOCHS), most)):
        curve = curve.with_report(Report(epoch, epoch, {"val_loss": loss}))
        trial = replace(trial, curves=(curve,))
        answer = judge.epoch_ended(trial.number, curve)
        if isinstance(answer, Stop) or not math.isfinite(loss):
            failed = not isinstance(answer, Stop) or answer.failed
            state = TrialState.FAILED if failed else TrialState.PRUNED
            stopped = replace(trial, state=state, failure="raised" if failed else None)
            return stopped if failed else judge.settled(stopped)
    if curve.count < EPOCHS:
        return replace(trial, curves=(curve,))
    return replace(trial, state=TrialState.COMPLETE, loss=curve.reports[-1].metrics["val_loss"])


def read(path: Path) -> list[dict[str, Any]]:
    """Return the cells that a file has."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def report(kept: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the table of the seeds that all have: medians of losses, means of numbers, wins and losses."""
    heads = "".join(f"{head:>8}" for head in ("best", "again", "trials", "pruned"))
    yield f"{'pruner (seeds)':<16}{'sampler':<10}{heads}  bayes by again"
    for method in METHODS:
        found = {(one["sampler"], one["seed"]): one for one in kept if one["method"] == method}
        seeds = [s for s in range(SEEDS) if all((name, s) in found for name in SAMPLERS)]
        for name in SAMPLERS if seeds else ():
            own = [found[name, seed] for seed in seeds]
            best, again = (statistics.median(one[what] for one in own) for what in ("best", "again"))
            trials, pruned = (statistics.fmean(one[what] for one in own) for what in ("trials", "pruned"))
            wins = sum(found["bayes", s]["again"] < found[name, s]["again"] for s in seeds)
            score = "" if name == "bayes" else f"  {wins}-{len(seeds) - wins}"
            score += f" (p={sign_test(wins, len(seeds) - wins):.2g})" if score else ""
            heading = f"{method} ({len(seeds)})" if name == "bayes" else ""
            yield f"{heading:<16}{name:<10}{best:>8.4f}{again:>8.4f}{trials:>8.1f}{pruned:>8.1f}{score}"


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
    had = {Cell(one["seed"], one["method"], one["sampler"]) for one in kept}
    for cell in itertools.starmap(Cell, itertools.product(range(SEEDS), METHODS, SAMPLERS)):
        if cell not in had:
            found = run(cell)
            with given.results.open("a") as file:
                print(json.dumps(found), file=file)
            print(found, flush=True)


if __name__ == "__main__":
    main()
