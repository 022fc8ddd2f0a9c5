"""The command retry, which runs a failed trial again."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from hypertemplate.cli.commands.run import continue_changed_option, resume_command
from hypertemplate.cli.device_options import accelerator_options, worker_count
from hypertemplate.cli.run_search import run_search
from hypertemplate.errors import UsageError
from hypertemplate.search.resume import check_retry
from hypertemplate.search.storage.sqlite.reader import holds_study, read_study
from hypertemplate.search.stored_options import last_request


@click.command(short_help="Run a failed trial of STUDY again.")
@click.argument("study")
@click.argument("number", type=click.IntRange(0))
@continue_changed_option
@accelerator_options
@click.pass_context
def retry(
    context: click.Context,
    /,
    study: str,
    number: int,
    continue_changed: bool,
    workers: str | None,
    **accelerating: Any,
) -> int:
    """Run trial NUMBER of the study in the folder STUDY again, with the same values.

    It must have failed. The template is read from where it was, and the options are those of the last run,
    but for what to run on: that is what this machine has, with one worker. Trials that were broken off run
    too.
    """
    folder = Path(study)
    if not holds_study(folder):
        raise UsageError(f"{study}: no study is there")
    kept = read_study(folder)
    check_retry(kept, number, study)
    before, names = last_request(kept.options, folder)
    request = dataclasses.replace(
        before,
        workers=worker_count(workers or "1"),
        continue_changed=continue_changed,
        retry=number,
        **accelerating,
    )
    return run_search(request, names, resume_command(context))
