"""The workloads, and for each the arms: the ways to search it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cells import Key, Reported
from processes import COMMON, Command, answered, free_port

from hypertemplate.search.storage.sqlite.reader import read_study

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Arm:
    """A way to search.

    Attributes:
        environment: the name of the environment that it runs in.
        package: what pip calls the tool.
        commands: the processes, of a Python, a folder and a seed.
        reports: what a search has reported, of its folder and the time of its start.
        best: the values that it calls the best, of a Python and its folder.
    """

    environment: str
    package: str
    commands: Callable[[str, str, int], list[Command]]
    reports: Callable[[Path, float], list[Reported]]
    best: Callable[[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Workload:
    """What is searched.

    Attributes:
        title: as the tables call it.
        environment: the name of the environment in which what was found is trained again.
        seconds: how long a search has; None if it ends by itself.
        seeds: of the searches.
        moments_s: the seconds that the tables show.
        trainings: the seeds with which what a tool calls its best is trained again.
        cell_s: about how long a cell takes on two cores, all in all.
        target: the arm whose best at the end is what the others are to reach.
        arms: by their names.
    """

    title: str
    environment: str
    seconds: float | None
    seeds: tuple[int, ...]
    moments_s: tuple[int, ...]
    trainings: tuple[int, ...]
    cell_s: int
    target: str
    arms: dict[str, Arm]


def ours(workload: str, *options: str, environment: str = "keras") -> Arm:
    """The arm of this project with these options."""

    def commands(python: str, folder: str, seed: int) -> list[Command]:
        run = (
            str(Path(python).parent / "hypertemplate"),
            "run",
            *options,
            str(HERE / workload / "template.py"),
        )
        return [Command((*run, "--seed", str(seed), "--study", f"{folder}/study"))]

    return Arm(environment, "hypertemplate", commands, studied, lambda python, folder: our_best(folder))


def our_best(folder: str) -> dict[str, Any]:
    """The values of the best trial, the widths of the layers as a list."""
    study = read_study(Path(folder) / "study").study
    if study.best is None:
        raise RuntimeError("no trial is complete")
    values: dict[str, Any] = {
        label: value for label, value in study.values(study.best.params).items() if label in study.best.read
    }
    if "layers" in values:
        values["units"] = [values.pop(f"units[{layer}]") for layer in range(values.pop("layers"))]
    return values


def studied(folder: Path, began: float) -> list[Reported]:
    """The epochs that a study has; its trials, if they have none with a validation accuracy."""
    kept = read_study(folder / "study")
    trials = [
        (datetime.fromisoformat(trial.started_at).timestamp() - began, trial)
        for trial in (*kept.study.trials, *kept.running)
    ]
    epochs = [
        (started + report.seconds, str(trial.number), accuracy)
        for started, trial in trials
        for curve in trial.curves
        for report in curve.reports
        if report.seconds is not None and (accuracy := report.metrics.get("val_accuracy")) is not None
    ]
    ended = [
        (started + trial.duration_s, str(trial.number), -trial.loss)
        for started, trial in trials
        if trial.loss is not None and trial.duration_s is not None
    ]
    return sorted(epochs or ended)


def beside_each_other(workload: str, *options: str, environment: str = "keras") -> Arm:
    """Optuna: two processes with one storage."""

    def commands(python: str, folder: str, seed: int) -> list[Command]:
        script = (python, str(HERE / workload / "optuna_search.py"), folder)
        return [Command((*script, str(number), *options)) for number in (seed, seed + 1000)]

    return Arm(environment, "optuna", commands, logged, asked("optuna"))


def with_chief(workload: str, *options: str, environment: str = "keras") -> Arm:
    """KerasTuner: a chief and two workers."""

    def commands(python: str, folder: str, seed: int) -> list[Command]:
        script = (python, str(HERE / workload / "keras_tuner_search.py"), folder, str(seed), *options)
        chief = {"KERASTUNER_ORACLE_IP": "127.0.0.1", "KERASTUNER_ORACLE_PORT": str(free_port())}
        named = ({**chief, "KERASTUNER_TUNER_ID": name} for name in ("chief", "tuner0", "tuner1"))
        return [Command(script, tuple(variables.items())) for variables in named]

    return Arm(environment, "keras-tuner", commands, logged, asked("keras_tuner"))


def alone(environment: str, package: str, script: str, *options: str) -> Arm:
    """A tool of which one process is started."""

    def commands(python: str, folder: str, seed: int) -> list[Command]:
        return [Command((python, str(HERE / script), folder, str(seed), *options))]

    return Arm(environment, package, commands, logged, asked(environment))


def asked(tool: str) -> Callable[[str, str], dict[str, Any]]:
    """How the values are read that a rival calls the best."""
    script = str(COMMON / "best_values.py")
    return lambda python, folder: dict(answered(python, script, tool, folder))


def logged(folder: Path, began: float) -> list[Reported]:
    """The epochs or trials that ``common/trial_log.py`` has written down."""
    rows = [json.loads(line) for path in folder.glob("epochs-*.jsonl") for line in whole_lines(path)]
    return sorted((row["time"] - began, row["fit"], row["accuracy"]) for row in rows)


def whole_lines(path: Path) -> list[str]:
    """The lines of a file less a last one that was cut off."""
    return path.read_text().split("\n")[:-1]


TWO = ("--workers", "2", "--max-evals", "10000")

WORKLOADS = {
    "fashion": Workload(
        title="Fashion-MNIST, a network of one to four layers",
        environment="keras",
        seconds=200,
        seeds=(1, 2, 3),
        moments_s=(25, 50, 100, 200),
        trainings=(0, 1, 2),
        cell_s=290,
        target="KerasTuner random",
        arms={
            "hypertemplate": ours("fashion", *TWO),
            "hypertemplate --prune": ours("fashion", "--prune", *TWO),
            "KerasTuner random": with_chief("fashion", "random"),
            "KerasTuner Hyperband": with_chief("fashion", "hyperband"),
            "KerasTuner Bayesian": with_chief("fashion", "bayesian", environment="sklearn"),
            "Optuna, median": beside_each_other("fashion", "median"),
            "Optuna, Hyperband": beside_each_other("fashion", "hyperband"),
            "Ray Tune, ASHA": alone("ray", "ray", "fashion/ray_tune.py"),
            "Talos": alone("talos", "talos", "fashion/talos_scan.py"),
            "Hyperas": alone("hyperas", "hyperas", "fashion/hyperas_minimize.py"),
        },
    ),
    "lstm": Workload(
        title="Digits of scikit-learn's, one or two LSTMs",
        environment="sklearn",
        seconds=100,
        seeds=(1, 2),
        moments_s=(25, 50, 100),
        trainings=(0, 1, 2),
        cell_s=150,
        target="KerasTuner Hyperband",
        arms={
            "hypertemplate --prune": ours("lstm", "--prune", *TWO, environment="sklearn"),
            "KerasTuner Hyperband": with_chief("lstm", environment="sklearn"),
            "Optuna, median": beside_each_other("lstm", environment="sklearn"),
        },
    ),
    "boosting": Workload(
        title="A table of 30 columns, boosted trees of scikit-learn's",
        environment="sklearn",
        seconds=100,
        seeds=(1, 2),
        moments_s=(25, 50, 100),
        trainings=(1, 2, 3),
        cell_s=120,
        target="KerasTuner SklearnTuner",
        arms={
            "hypertemplate": ours("boosting", *TWO, environment="sklearn"),
            "KerasTuner SklearnTuner": with_chief("boosting", environment="sklearn"),
            "Optuna": beside_each_other("boosting", environment="sklearn"),
        },
    ),
    "small": Workload(
        title="40 small trials in one worker",
        environment="keras",
        seconds=None,
        seeds=(1, 2, 3),
        moments_s=(),
        trainings=(),
        cell_s=90,
        target="plain loop",
        arms={
            "plain loop": alone("keras", "keras", "small/plain_loop.py"),
            "hypertemplate": ours("small", "--workers", "1", "--max-evals", "40"),
            "KerasTuner random": alone("keras", "keras-tuner", "small/keras_tuner_search.py", "random"),
            "KerasTuner Bayesian": alone("sklearn", "keras-tuner", "small/keras_tuner_search.py", "bayesian"),
            "Optuna": alone("keras", "optuna", "small/optuna_search.py"),
            "Ray Tune": alone("ray", "ray", "small/ray_tune.py"),
            "Talos": alone("talos", "talos", "small/talos_scan.py"),
            "Hyperas": alone("hyperas", "hyperas", "small/hyperas_minimize.py"),
        },
    ),
}


def named(
    workloads: list[str] | None = None, arms: list[str] | None = None, seeds: list[int] | None = None
) -> list[Key]:
    """What is to be measured: all, or what these names have in common."""
    return [
        (name, arm, seed)
        for name, workload in WORKLOADS.items()
        if workloads is None or name in workloads
        for seed in workload.seeds
        if seeds is None or seed in seeds
        for arm in workload.arms
        if arms is None or arm in arms
    ]
