"""Names that other tools have for the options of a search, and that people try for commands and options."""

from __future__ import annotations

from collections.abc import Mapping

_EVALS, _WORKERS, _SEEDS = ("max_evals",), ("workers",), ("seed", "rseed")

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "n_trials": _EVALS,
    "num_trials": _EVALS,
    "max_trials": _EVALS,
    "num_samples": _EVALS,
    "n_iter": _EVALS,
    "n_calls": _EVALS,
    "iterations": _EVALS,
    "max_iter": _EVALS,
    "evals": _EVALS,
    "n_evals": _EVALS,
    "nb_evals": _EVALS,
    "budget": _EVALS,
    "n_jobs": _WORKERS,
    "num_workers": _WORKERS,
    "parallelism": _WORKERS,
    "concurrency": _WORKERS,
    "max_concurrent": _WORKERS,
    "rseed": _SEEDS,
    "seed": _SEEDS,
    "rstate": _SEEDS,
    "random_state": _SEEDS,
    "random_seed": _SEEDS,
    "direction": ("maximize",),
    "mode": ("maximize",),
    "minimise": ("maximize",),
    "minimize": ("maximize",),
    "objective_name": ("objective",),
    "metric": ("objective",),
    "monitor": ("objective",),
    "scoring": ("objective",),
    "sampler": ("algo",),
    "algorithm": ("algo",),
    "method": ("algo",),
    "pruner": ("prune",),
    "scheduler": ("prune",),
    "points_to_evaluate": ("points",),
    "loss_threshold": ("stop_at",),
    "early_stop": ("patience",),
    "max_time": ("timeout",),
    "time_limit": ("timeout",),
    "fixed": ("set",),
    "show_progressbar": ("verbose",),
    "progress": ("verbose",),
}
"""Arguments of other tools that search, each with ours of that meaning; the first that a call has."""

COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("fit", "optimise", "optimize", "resume", "search", "start", "train", "tune"), "run"),
    **dict.fromkeys(("best", "curves", "export", "list", "results", "status", "trials"), "show"),
    **dict.fromkeys(("dashboard", "html", "plot"), "report"),
    **dict.fromkeys(("fix", "lint", "test", "validate"), "check"),
    **dict.fromkeys(("parameters", "params"), "space"),
    **dict.fromkeys(("gpus", "info"), "devices"),
}
"""Words for commands, each with the command of that meaning."""

OPTIONS: Mapping[str, str] = {
    **{name: f"--accelerator {name}" for name in ("cpu", "gpu", "tpu")},
    **dict.fromkeys(("trials", "num-evals"), "--max-evals"),
    **dict.fromkeys(("device", "devices"), "--accelerator"),
    **dict.fromkeys(("jobs", "processes", "parallel"), "--workers"),
    **{name: f"--format {name}" for name in ("csv", "json")},
    **dict.fromkeys(("run", "runs", "times", "n-runs"), "--repeats"),
    **dict.fromkeys(("n-best", "limit", "head"), "--top"),
    **dict.fromkeys(("compare", "versus"), "--diff"),
    **dict.fromkeys(("out", "file"), "--output"),
    **dict.fromkeys(("type", "kind"), "--to"),
}
"""Words for options of the command line, each as the option is written, beside `ARGUMENTS`."""

WITHOUT_OPTION: Mapping[tuple[str, str], str] = {
    ("apply", "best"): "the best trial is what apply takes; --trial N names another",
    ("apply", "diff"): "apply shows what changes, and writes nothing without --write",
    ("apply", "dry-run"): "apply shows what changes, and writes nothing without --write",
    ("confirm", "best"): "the best trials are what confirm runs; --top K says how many",
    ("show", "best"): "the best trial stands below the list; --sort loss --top N lists the best N",
    ("show", "trial"): "write its number behind the study: hypertemplate show STUDY NUMBER",
    ("retry", "trial"): "write its number behind the study: hypertemplate retry STUDY NUMBER",
}
"""Advice on options that people try for what a command does without one, by the command and the option."""
