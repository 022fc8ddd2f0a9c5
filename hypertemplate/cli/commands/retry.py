"""The command retry, which runs failed trials again."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from hypertemplate.cli.commands.run import keep_trials_option, resume_command
from hypertemplate.cli.device_options import accelerator_options, worker_count
from hypertemplate.cli.number_types import WholeNumber
from hypertemplate.cli.run_search import run_search
from hypertemplate.errors import UsageError
from hypertemplate.search.resume import check_retry, failed_trials
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.study_place import existing_study
from hypertemplate.search.stored_options import last_request


@click.command(short_help="Run failed trials of STUDY again.")
@click.argument("study")
@click.argument("number", type=WholeNumber(0), required=False)
@click.option("--failed", is_flag=True, help="Run all failed trials again.")
@keep_trials_option
@accelerator_options
@click.pass_context
def retry(
    context: click.Context,
    /,
    study: str,
    number: int | None,
    failed: bool,
    keep_trials: bool,
    workers: str | None,
    **accelerating: Any,
) -> int:
    """Run a failed trial of the study in the folder STUDY again, with the same values.

    Give the trial's NUMBER, or --failed for all failed trials. The template is read from where it was,
    and the options are those of the last run, except for the devices: one worker uses what this machine
    has, unless you say otherwise. Interrupted trials are run too.
    """
    if (number is None) is not failed:
        raise UsageError("name one trial, or give {failed}", "failed")
    folder = existing_study(Path(study))
    kept = read_study(folder)
    numbers = failed_trials(kept) if number is None else (number,)
    if not numbers:
        raise UsageError(f"{study}: no trial has failed")
    for one in numbers:
        check_retry(kept, one, study)
    before, names = last_request(kept.options, folder)
    request = dataclasses.replace(
        before,
        workers=worker_count(workers or "1"),
        keep_trials=keep_trials,
        retry=numbers,
        **accelerating,
    )
    return run_search(request, names, resume_command(context))
