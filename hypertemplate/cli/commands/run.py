"""The command run, which searches."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

import click

from hypertemplate.cli.device_options import accelerator_options, worker_count
from hypertemplate.cli.followers import followers
from hypertemplate.cli.number_types import Number, WholeNumber
from hypertemplate.cli.options import (
    maximize_option,
    objective_option,
    seed_option,
    set_option,
    suggested_option,
    template_arguments,
    template_options,
)
from hypertemplate.cli.run_search import run_search
from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.exports.tensorboard_runs import log_folder
from hypertemplate.runtime.protocol import Checkpoint
from hypertemplate.search.pruners.base import METHODS
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.study_place import default_study, existing_study, study_folder
from hypertemplate.search.study import ALGORITHMS, Algorithm
from hypertemplate.units import duration, size

AT_LEAST_1 = WholeNumber(1)

keep_trials_option = click.option(
    "--keep-trials",
    "--continue-changed",
    "keep_trials",
    is_flag=True,
    help="Let all trials count whose values are still possible, whatever code has changed since.",
)

strict_option = click.option(
    "--strict", is_flag=True, help="Resume the study only if its template has not changed."
)


class RunCommand(click.Command):
    """Command whose ``--prune`` may come without a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read ``--prune`` as ``--prune=asha`` unless a method follows, however it is spelled."""
        end = args.index("--") if "--" in args else len(args)
        for place in range(end):
            if args[place] == "--prune" and not _is_method(args[place + 1 : place + 2]):
                args[place] = f"--prune={METHODS[0]}"
        return super().parse_args(ctx, args)


def _is_method(following: list[str]) -> bool:
    """Tell whether the word after ``--prune`` is a method, or is meant as one."""
    return any(word.isidentifier() and did_you_mean(word.lower(), METHODS) for word in following)


@click.command(cls=RunCommand, short_help="Search for the best values of TEMPLATE's markers.")
@template_options
@template_arguments
@suggested_option
@click.option("--max-evals", type=AT_LEAST_1, metavar="N", help="Total number of trials. Default: 50.")
@click.option(
    "--repeats",
    type=AT_LEAST_1,
    metavar="N",
    help="Run each trial N times, with other seeds, and count it by the mean. Default: 1.",
)
@click.option("--algo", type=click.Choice(ALGORITHMS), help="Algorithm that proposes values. Default: tpe.")
@click.option(
    "--startup", type=AT_LEAST_1, metavar="N", help="Points that tpe draws at random first. Default: 20."
)
@seed_option
@click.option("--study", metavar="DIR", help="Folder of the study. Default: NAME.study for NAME.py.")
@click.option("--fresh", is_flag=True, help="Start a new study, and move an existing one aside.")
@strict_option
@click.option(
    "--from",
    "from_study",
    metavar="STUDY",
    help="Start a new study with the trials of another one, as far as they count for this template.",
)
@click.option(
    "--as-hints", is_flag=True, help="With --from, take only the points of its trials, and run them first."
)
@keep_trials_option
@maximize_option
@objective_option
@set_option
@click.option(
    "--point",
    "points",
    metavar="JSON",
    multiple=True,
    help="Values to try first, such as '{\"Dropout\": 0.2}'; may be repeated.",
)
@click.option(
    "--no-default-trial",
    "default_trial",
    flag_value=False,
    default=True,
    help="Leave out the first trial, which has the defaults that markers state.",
)
@click.option(
    "--executor",
    metavar="local|ray[:ADDRESS]",
    default="local",
    help="What runs the trials: this machine (the default), or a Ray cluster.",
)
@click.option(
    "--ray-resources",
    metavar="JSON",
    help="What each worker on Ray takes, such as '{\"CPU\": 2}'. Default: one CPU.",
)
@click.option(
    "--retries-lost",
    type=WholeNumber(0),
    metavar="N",
    help="How often a trial runs again after its machine was lost. Default: 2.",
)
@accelerator_options
@click.option(
    "--oom-loss",
    type=Number(),
    metavar="LOSS",
    help="Count a trial that runs out of device memory as having this loss.",
)
@click.option("--keep-models", type=AT_LEAST_1, metavar="N", help="Keep the N best models. Default: 1.")
@click.option(
    "--checkpoint",
    type=click.Choice(get_args(Checkpoint)),
    help="Epoch whose weights a kept model has: the one that the trial is judged by (best, the default), "
    "or the last.",
)
@click.option(
    "--prune",
    type=click.Choice(METHODS),
    help="Stop trials early that do worse than others; --prune alone means asha.",
)
@click.option("--prune-on", metavar="NAME[:min|:max]", help="Metric by which --prune compares trials.")
@click.option(
    "--prune-fit",
    metavar="N|last",
    help="Which fit of a trial --prune watches, counted from 1, if several report the metric.",
)
@click.option("--count-pruned", is_flag=True, default=None, help="Let a pruned trial be the best one.")
@click.option(
    "--early-stopping",
    type=AT_LEAST_1,
    metavar="PATIENCE",
    help="End each fit of Keras after PATIENCE epochs without a better value.",
)
@click.option(
    "--trial-timeout", metavar="TIME", help="End a trial that runs longer than TIME, such as 90s or 2h."
)
@click.option("--timeout", metavar="TIME", help="Start no new trial after TIME.")
@click.option(
    "--stop-at", type=Number(), metavar="VALUE", help="Stop when the objective is as good as VALUE."
)
@click.option("--patience", type=AT_LEAST_1, metavar="N", help="Stop after N trials without a better result.")
@click.option(
    "--max-failures", type=AT_LEAST_1, metavar="N", help="Stop after N failures in a row. Default: 5."
)
@click.option(
    "--rerun-equal", is_flag=True, help="Run a trial although an equal one has run, which would answer it."
)
@click.option(
    "--worker-memory-growth",
    "growth",
    metavar="SIZE",
    help="Replace a worker process once its memory has grown by this much. Default: 512M.",
)
@click.option(
    "--reuse-memory",
    metavar="SIZE",
    help="Keep what data() returns for later trials with the same values, in this much memory; 0 keeps none. "
    "Default: an eighth of what is available.",
)
@click.option("--show-output", is_flag=True, help="Show what trials print, as they print it.")
@click.option("--quiet", is_flag=True, help="Show only trials that are better than all before them.")
@click.option("--no-fork", is_flag=True, help="Start each worker afresh, not as a copy of a loaded one.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    help="jsonl: print a JSON object for each event of the search on stdout, for other programs.",
)
@click.option(
    "--log-to",
    metavar="tensorboard:DIR",
    help="Write trials with their curves to TensorBoard, while the search runs.",
)
@click.option("--verbose", is_flag=True, help="Say why workers are started afresh, if they are.")
@click.pass_context
def run(
    context: click.Context,
    /,
    names: TemplateNames,
    study: str | None,
    workers: str | None,
    algo: Algorithm | None,
    settings: tuple[str, ...],
    trial_timeout: str | None,
    timeout: str | None,
    growth: str | None,
    reuse_memory: str | None,
    no_fork: bool,
    quiet: bool,
    from_study: str | None,
    verbose: bool,
    format_: Literal["text", "jsonl"],
    log_to: str | None,
    **options: Any,
) -> int:
    """Search for the best values of TEMPLATE's markers.

    An existing study is resumed, up to --max-evals trials in all. If TEMPLATE itself calls minimize(...),
    its max_evals, algo and rseed are the defaults. ARGS are passed to TEMPLATE, as in python TEMPLATE ARGS.
    """
    folder = study_folder(Path(study)) if study else default_study(names)
    request = SearchRequest(
        folder=folder,
        workers=None if workers is None else worker_count(workers),
        algorithm=algo,
        fixed=settings,
        trial_timeout_s=None if trial_timeout is None else duration(trial_timeout, "trial_timeout"),
        timeout_s=None if timeout is None else duration(timeout, "timeout"),
        memory_growth_bytes=None if growth is None else size(growth, "memory_growth"),
        from_study=None if from_study is None else existing_study(Path(from_study)),
        reuse_memory_bytes=None if reuse_memory is None else size(reuse_memory, "reuse_memory", none=True),
        forked=not no_fork,
        explain_workers=verbose,
        **options,
    )
    command = shlex.join(["hypertemplate", *context.find_root().obj])
    resume, jsonl = resume_command(context), format_ == "jsonl"
    return run_search(
        request,
        names,
        resume,
        command=command,
        quiet=quiet,
        follow=partial(followers, folder=folder, resume=resume, jsonl=jsonl, log_to=log_folder(log_to)),
        stdout_is_taken=jsonl,
    )


def resume_command(context: click.Context) -> str:
    """Return the command that resumes an interrupted search: the one that started it, without new studies."""
    words = list(context.find_root().obj)
    own = words.index("--") if "--" in words else len(words)
    kept = [
        word
        for place, word in enumerate(words[:own])
        if word not in ("--fresh", "--from", "--as-hints")
        and not word.startswith("--from=")
        and words[max(place - 1, 0)] != "--from"
    ]
    return shlex.join(["hypertemplate", *kept, *words[own:]])
