"""How good the points of samplers are: ours, hyperopt's TPE, Optuna's TPE and GPSampler, random search.

    pip install optuna scikit-learn torch
    python benchmarks/sampler_quality.py --results benchmarks/results/sampler_quality.jsonl
    python benchmarks/sampler_quality.py --results benchmarks/results/sampler_quality.jsonl --report
    python benchmarks/sampler_quality.py --results benchmarks/results/sampler_quality.jsonl --plot ranks.png

The first command runs the cells, a problem with a sampler and a seed each, that the file lacks: 60
evaluations of each, two cells at a time, one thread of linear algebra. Each is stored when it has ended, so
that it can be interrupted and repeated until nothing is left. The second one prints the tables, the third
draws the mean rank of each sampler by the number of evaluations. The
problems are in ``samplers/problems.py``; what settings were chosen by is other problems and other seeds
(``--choosing``). Times are processor time, of asking and telling.

A rank is that among the samplers with the same problem and seed, of the best loss by then; equals share the
mean of theirs. Of noisy problems it is the mean loss of six more trainings at the point that looked best.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import statistics
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from samplers.problems import BY_NAME, CHOOSING, EXACT, REPORTED, Problem

from hypertemplate.compiler.markers.drawn_values import constant
from hypertemplate.compiler.markers.search_space import Dimension

EVALUATIONS = 60

MOMENTS = (20, 30, 60)

STEP = 5
"""Number of evaluations after each of which the best loss so far is kept."""

RETRAININGS = 6

CHEAP_SEEDS, REAL_SEEDS = 20, 5

GP_PROBLEMS = ("hartmann6", "mixed", "conditional")
"""Problems on which Optuna's GPSampler runs too: it takes minutes for each seed."""

PARALLEL_PROBLEMS = ("hartmann6", "mixed", "failing")
"""Problems that are also searched by four workers."""


@dataclass(frozen=True)
class Cell:
    """A search.

    Attributes:
        problem: name of the problem.
        sampler: name of the sampler.
        seed: seed of the sampler, and of the noise.
        workers: number of trials at once.
    """

    problem: str
    sampler: str
    seed: int
    workers: int = 1


class Asked(Protocol):
    """A sampler as this benchmark drives it."""

    def ask(self, number: int) -> Mapping[str, Any]:
        """Return values by label."""

    def tell(self, number: int, loss: float | None) -> None:
        """Tell the loss of a trial; None for a failure."""


class Ours:
    """A sampler of hypertemplate's."""

    def __init__(self, problem: Problem, name: str, seed: int) -> None:
        from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler
        from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler

        self._space = problem.space
        self._sampler: Any
        if name == "bayes":
            self._sampler = BayesSampler(problem.space, seed)
        else:
            self._sampler = HyperoptSampler(problem.space, name, seed)  # type: ignore[arg-type]
        self._points: dict[int, Any] = {}

    def ask(self, number: int) -> Mapping[str, Any]:
        self._points[number] = params = self._sampler.ask(number)
        return {d.label: value(d, params[d.label]) for d in self._space if d.label in params}

    def tell(self, number: int, loss: float | None) -> None:
        failure = "raised" if loss is None else None
        self._sampler.tell(number, self._points[number], loss, failure)


class Optuna:
    """A sampler of Optuna's, with the space written as its documentation writes it."""

    def __init__(self, problem: Problem, name: str, seed: int, workers: int) -> None:
        import warnings

        import optuna

        warnings.simplefilter("ignore")
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        made: Any
        if name == "optuna_gp":
            made = optuna.samplers.GPSampler(seed=seed)
        else:
            made = optuna.samplers.TPESampler(seed=seed, constant_liar=workers > 1)
        self._fail, self._pruned = optuna.trial.TrialState.FAIL, optuna.trial.TrialState.PRUNED
        self._study = optuna.create_study(sampler=made)
        self._space = problem.space
        self._trials: dict[int, Any] = {}

    def ask(self, number: int) -> Mapping[str, Any]:
        trial = self._trials[number] = self._study.ask()
        values: dict[str, Any] = {}
        for dimension in self._space:
            outer, option = dimension.parent or ("", 0)
            if not outer or (outer in values and values[outer] == value(_named(self._space, outer), option)):
                values[dimension.label] = _suggested(trial, dimension)
        return values

    def tell(self, number: int, loss: float | None) -> None:
        if loss is None:
            self._study.tell(self._trials[number], state=self._fail)
        else:
            self._study.tell(self._trials[number], loss)

    def tell_pruned(self, number: int, losses: Sequence[float]) -> None:
        """Tell the losses of a trial that was stopped, of one epoch after the other."""
        for epoch, loss in enumerate(losses):
            self._trials[number].report(loss, epoch)
        self._study.tell(self._trials[number], state=self._pruned)


def _named(space: Iterable[Dimension], label: str) -> Dimension:
    return next(dimension for dimension in space if dimension.label == label)


def value(dimension: Dimension, drawn: float) -> Any:
    """Return the value that a drawn number stands for."""
    return constant(dimension.options[int(drawn)]) if dimension.options else drawn


def _suggested(trial: Any, dimension: Dimension) -> Any:
    label, numbers = dimension.label, dimension.numbers
    match dimension.distribution:
        case "choice":
            return trial.suggest_categorical(label, [constant(option) for option in dimension.options])
        case "uniform":
            return trial.suggest_float(label, numbers["low"], numbers["high"])
        case "loguniform":
            return trial.suggest_float(label, math.exp(numbers["low"]), math.exp(numbers["high"]), log=True)
        case "uniformint":
            return trial.suggest_int(label, numbers["low"], numbers["high"])
    low, high = (round(math.exp(numbers[end])) for end in ("low", "high"))
    return trial.suggest_int(label, low, high, log=True)


def _asked(problem: Problem, cell: Cell) -> Asked:
    if cell.sampler.startswith("optuna"):
        return Optuna(problem, cell.sampler, cell.seed, cell.workers)
    return Ours(problem, cell.sampler, cell.seed)


def run(cell: Cell, evaluations: int = EVALUATIONS) -> dict[str, Any]:
    """Run a search, and return what is kept of it."""
    problem = BY_NAME[cell.problem]
    sampler = _asked(problem, cell)
    noise = np.random.default_rng([cell.seed, 1])
    losses: list[float | None] = []
    points: dict[int, Mapping[str, Any]] = {}
    spent = 0.0
    running: deque[int] = deque()
    for number in range(evaluations + cell.workers - 1):
        if number < evaluations:
            begun = time.process_time()
            points[number] = sampler.ask(number)
            spent += time.process_time() - begun
            running.append(number)
        if len(running) == cell.workers or number >= evaluations:
            ended = running.popleft()
            losses.append(problem.loss(points[ended], noise))
            begun = time.process_time()
            sampler.tell(ended, losses[-1])
            spent += time.process_time() - begun
    best = {}
    for moment in MOMENTS:
        had = [math.inf if loss is None else loss for loss in losses[:moment]]
        place = had.index(min(had))
        best[str(moment)] = _true_loss(problem, points[place], had[place], cell.seed)
    finite = [math.inf if loss is None else loss for loss in losses]
    curve = [float(f"{min(finite[:count]):.6g}") for count in range(STEP, evaluations + 1, STEP)]
    return {**asdict(cell), "best": best, "curve": curve, "ms": round(1000 * spent / evaluations, 2)}


def _true_loss(problem: Problem, point: Mapping[str, Any], seen: float, seed: int) -> float:
    """Return the loss of a point without, or with less, noise."""
    if problem.name in EXACT:
        return float(EXACT[problem.name](point) or 0.0)
    if not problem.is_noisy:
        return seen
    noise = np.random.default_rng([seed, 2])
    again = [problem.loss(point, noise) for _ in range(RETRAININGS)]
    return statistics.fmean(10.0 if loss is None else loss for loss in again)


def cells(
    *,
    choosing: bool = False,
    seeds: int | None = None,
    samplers: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
) -> Iterator[Cell]:
    """Yield all cells, in an order in which a part of them makes a table."""
    problems: Sequence[Problem] = CHOOSING if choosing else REPORTED
    if names is not None:
        problems = [BY_NAME[name] for name in names]
    first = 1000 if choosing else 0
    for seed in range(first, first + (seeds or CHEAP_SEEDS)):
        for problem in problems:
            if problem.is_real and seed - first >= (seeds or REAL_SEEDS):
                continue
            those = ["bayes", "optuna", "tpe"] + ([] if problem.is_real else ["random"])
            if problem.name in GP_PROBLEMS and seed - first < REAL_SEEDS:
                those.append("optuna_gp")
            for name in those:
                if samplers is None or name in samplers:
                    yield Cell(problem.name, name, seed)
            if problem.name in PARALLEL_PROBLEMS:
                for name in ("bayes", "optuna", "tpe"):
                    if samplers is None or name in samplers:
                        yield Cell(problem.name, name, seed, workers=4)


def _key(kept: Mapping[str, Any]) -> tuple[Any, ...]:
    return kept["problem"], kept["sampler"], kept["seed"], kept["workers"]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the cells that a file has."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def run_all(wanted: Iterable[Cell], path: Path, most: int | None, processes: int) -> None:
    """Run the cells that a file lacks."""
    had = set(map(_key, read(path)))
    left = [cell for cell in wanted if _key(asdict(cell)) not in had]
    if importlib.util.find_spec("torch") is None and any(cell.sampler == "optuna_gp" for cell in left):
        print("Optuna's GPSampler needs torch, which is not installed: it is left out", file=sys.stderr)
        left = [cell for cell in left if cell.sampler != "optuna_gp"]
    print(f"{len(left)} cells left", file=sys.stderr)
    with ProcessPoolExecutor(processes) as pool, path.open("a") as file:
        begun = {pool.submit(run, cell): cell for cell in left[:most]}
        for done in as_completed(begun):
            error = done.exception()
            if error is None:
                print(json.dumps(done.result()), file=file, flush=True)
            else:
                print(f"{begun[done]} failed: {error!r}", file=sys.stderr)


# The tables.


def _ranks(losses: Mapping[str, float]) -> dict[str, float]:
    """Return the rank of each sampler; equals share the mean of theirs."""
    return {
        name: 1 + sum(x < loss for x in losses.values()) + (sum(x == loss for x in losses.values()) - 1) / 2
        for name, loss in losses.items()
    }


def sign_test(wins: int, losses: int) -> float:
    """Return the probability of a difference as large, if both were alike."""
    count = wins + losses
    tail = sum(math.comb(count, i) for i in range(max(wins, losses), count + 1))
    return min(1.0, 2 * tail / 2**count)


def table(
    kept: Sequence[Mapping[str, Any]], names: Sequence[str], moment: int, workers: int = 1
) -> Iterator[str]:
    """Yield the lines of one table: mean ranks (median bests), then wins, losses and ties of ours."""
    by_run: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    for cell in kept:
        if cell["workers"] == workers and cell["sampler"] in names:
            by_run[cell["problem"], cell["seed"]][cell["sampler"]] = cell["best"][str(moment)]
    whole = {key: bests for key, bests in by_run.items() if len(bests) == len(names)}
    problems = list(dict.fromkeys(problem for problem, _ in whole))
    if not problems:
        return
    yield f"after {moment} evaluations" + (f", {workers} workers" if workers > 1 else "")
    yield "  ".join([f"{'problem (seeds)':<22}", *(f"{name:>18}" for name in names)])
    means = []
    scores: dict[str, list[int]] = {name: [0, 0, 0] for name in names[1:]}
    for problem in problems:
        runs = [bests for (one, _), bests in whole.items() if one == problem]
        ranks = [_ranks(bests) for bests in runs]
        mean = {name: statistics.fmean(rank[name] for rank in ranks) for name in names}
        middle = {name: statistics.median(bests[name] for bests in runs) for name in names}
        means.append(mean)
        shown = [f"{mean[name]:.2f} ({middle[name]:.4g})" for name in names]
        won = []
        for name in names[1:]:
            score = [0, 0, 0]
            for bests in runs:
                ours, theirs = bests[names[0]], bests[name]
                score[0 if ours < theirs else 1 if ours > theirs else 2] += 1
            scores[name] = [a + b for a, b in zip(scores[name], score, strict=True)]
            won.append("-".join(map(str, score)))
        yield "  ".join([f"{f'{problem} ({len(runs)})':<22}", *(f"{text:>18}" for text in shown), *won])
    shown = [f"{statistics.fmean(mean[name] for mean in means):.2f}" for name in names]
    won = [f"{'-'.join(map(str, s))} (p={sign_test(s[0], s[1]):.2g})" for s in scores.values()]
    yield "  ".join([f"{'mean of problems':<22}", *(f"{text:>18}" for text in shown), *won])
    yield ""


def report(kept: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of all tables."""
    for names in (
        ("bayes", "optuna", "tpe", "random"),
        ("bayes", "optuna", "tpe"),
        ("bayes", "optuna"),
        ("bayes", "optuna_gp"),
    ):
        for moment in MOMENTS:
            yield from table(kept, names, moment)
    yield from table(kept, ("bayes", "optuna", "tpe"), EVALUATIONS, workers=4)
    spent = defaultdict(list)
    for cell in kept:
        spent[cell["sampler"]].append(cell["ms"])
    for name, times in spent.items():
        yield f"{name}: {statistics.fmean(times):.1f} ms a suggestion, of {len(times)} searches"


def plot(kept: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw the mean rank of each sampler on the cheap problems, by the number of evaluations."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    names = ("bayes", "optuna", "tpe", "random")
    by_run: dict[tuple[str, int], dict[str, list[float]]] = defaultdict(dict)
    for cell in kept:
        if cell["workers"] == 1 and cell["sampler"] in names:
            by_run[cell["problem"], cell["seed"]][cell["sampler"]] = cell["curve"]
    curves = [bests for bests in by_run.values() if len(bests) == len(names)]
    counts = range(STEP, EVALUATIONS + 1, STEP)
    ranks = [
        [_ranks({name: bests[name][place] for name in names}) for bests in curves]
        for place in range(len(counts))
    ]
    figure, axes = pyplot.subplots(figsize=(6, 4), layout="constrained")
    for name in names:
        axes.plot(counts, [statistics.fmean(rank[name] for rank in at) for at in ranks], label=name)
    axes.set(xlabel="evaluations", ylabel=f"mean rank of {len(names)}, {len(curves)} searches")
    axes.legend()
    figure.savefig(path, dpi=120)


def main() -> None:
    """Run cells, or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--report", action="store_true", help="print the tables")
    parser.add_argument("--plot", type=Path, help="draw the ranks to this file")
    parser.add_argument(
        "--choosing", action="store_true", help="problems and seeds by which settings are chosen"
    )
    parser.add_argument("--cells", type=int, help="most cells to run now")
    parser.add_argument("--seeds", type=int, help="seeds of each problem")
    parser.add_argument("--samplers", nargs="*", help="samplers to run")
    parser.add_argument("--problems", nargs="*", choices=list(BY_NAME), help="problems to run")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.report:
        print("\n".join(report(read(given.results))))
        return
    if given.plot is not None:
        plot(read(given.results), given.plot)
        return
    wanted = cells(choosing=given.choosing, seeds=given.seeds, samplers=given.samplers, names=given.problems)
    run_all(wanted, given.results, given.cells, given.processes)


if __name__ == "__main__":
    main()
