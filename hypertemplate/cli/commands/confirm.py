"""The command confirm, which runs the best trials of a study again."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import Any

import click

from hypertemplate.cli.console import emphasised, say, tell, terminal_width
from hypertemplate.cli.device_options import accelerator_options, worker_count
from hypertemplate.cli.exit_codes import DONE, NO_TRIAL_SUCCEEDED
from hypertemplate.cli.number_types import WholeNumber
from hypertemplate.cli.run_search import CommandLine, TemplateFile
from hypertemplate.cli.signals import interrupt_status, interrupt_word
from hypertemplate.search.service.session import Session
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.study_place import existing_study
from hypertemplate.search.stored_options import last_request
from hypertemplate.search.study import Study
from hypertemplate.views.confirmed_table import confirmed_lines
from hypertemplate.views.study_text import best_lines
from hypertemplate.views.text import plain


@click.command(short_help="Run the best trials of STUDY again, to tell luck from quality.")
@click.argument("study")
@click.option(
    "--top", type=WholeNumber(1), metavar="K", default=3, help="Number of trials, the best ones. Default: 3."
)
@click.option(
    "--repeats", type=WholeNumber(1), metavar="N", default=5, help="Number of runs of each. Default: 5."
)
@accelerator_options
@click.pass_context
def confirm(
    context: click.Context,
    /,
    study: str,
    top: int,
    repeats: int,
    workers: str | None,
    **accelerating: Any,
) -> int:
    """Run the K best trials of STUDY again, N times each, with other seeds.

    Each run has a process of its own. The runs are kept with the study, and decide which trial is the best
    one; those of an earlier call count. The template is read from where it was, and the options are those of
    the last run, except for the devices.
    """
    folder = existing_study(Path(study))
    before, names = last_request(read_study(folder).options, folder)
    request = dataclasses.replace(before, workers=worker_count(workers or "1"), **accelerating)
    session = Session(request, TemplateFile(names, request))
    command = shlex.join(["hypertemplate", *context.find_root().obj])
    try:
        record = session.confirm(CommandLine(live=True, quiet=False), top, repeats)
    except KeyboardInterrupt as interrupt:
        tell(interrupt_word(interrupt))
        show_confirmed(read_study(folder).study)
        tell(f"run the others with: {plain(command)}")
        return interrupt_status(interrupt)
    show_confirmed(record)
    return DONE if any(one.losses for one in record.confirmed) else NO_TRIAL_SUCCEEDED


def show_confirmed(study: Study) -> None:
    """Print the trials that have run again, and the best of them."""
    again = confirmed_lines(study, terminal_width())
    if not again:
        return
    tell("")
    head, *lines = best_lines(study, terminal_width())
    say([*again, "", emphasised(head), *lines])
