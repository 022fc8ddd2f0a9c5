"""The command that runs a failed trial again."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from hypertemplate.cli.commands.run import continue_changed_option, go_on_command
from hypertemplate.cli.device_options import accelerator_options
from hypertemplate.cli.run_options import asked_before
from hypertemplate.cli.run_search import Manner, run_search
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.reader import holds_study, read_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import TrialState


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
    states = {trial.number: trial.state for trial in (*kept.study.trials, *kept.running)}
    if number not in states:
        raise UsageError(f"{study}: there is no trial {number}")
    if states[number] not in (TrialState.FAILED, TrialState.RUNNING):
        raise UsageError(
            f"{study}: trial {number} is {states[number].value}, and only one that FAILED runs again"
        )

    def reopen(storage: SqliteStorage) -> None:
        if states[number] is TrialState.FAILED:  # else a retry was broken off, and the trial waits
            storage.reopen(number)

    before = asked_before(kept.options, study)
    asked = dataclasses.replace(before, study=study, workers=workers or "1", **accelerating)
    manner = Manner(changed=continue_changed, waiting_only=True, go_on=go_on_command(context))
    return run_search(asked, manner, reopen)
