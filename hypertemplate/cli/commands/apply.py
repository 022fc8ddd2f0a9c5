"""The command apply, which writes the values of a trial back into its template."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import click

from hypertemplate.cli.announcement import announce
from hypertemplate.cli.console import say, tell
from hypertemplate.cli.exit_codes import DONE, NO_TRIAL_SUCCEEDED
from hypertemplate.cli.number_types import WholeNumber
from hypertemplate.cli.options import read_source
from hypertemplate.compiler.diagnostics.diagnostic import printable
from hypertemplate.errors import UsageError
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.storage.lock import is_held
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.study_place import existing_study
from hypertemplate.search.stored_options import last_request
from hypertemplate.search.study import TrialState
from hypertemplate.tuned_files.chosen_trial import chosen_trial
from hypertemplate.tuned_files.fresh_run import fresh_run
from hypertemplate.tuned_files.replaced_files import check_places, replace_files, write_copy
from hypertemplate.tuned_files.tuned_template import TunedTemplate, tuned_template
from hypertemplate.units import listed
from hypertemplate.views.trial_line import failure_lines, reason_lines


@click.command("apply", short_help="Put the best values of STUDY into its template.")
@click.argument("study")
@click.option("--trial", type=WholeNumber(0), metavar="N", help="Use the values of trial N, not of the best.")
@click.option("--write", is_flag=True, help="Write the template; without it, only the changes are shown.")
@click.option("--plain", is_flag=True, help="Leave no marker: ordinary code with the values in place.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, and leave the template as it is.")
@click.option("--check", is_flag=True, help="Run the result once, and compare its number with the trial's.")
def apply(study: str, trial: int | None, write: bool, plain: bool, output: str | None, check: bool) -> int:
    """Show what changes in the template of STUDY with the values of its best trial, as a diff.

    Markers stay, and their default= becomes the best value; with --plain they go, and the call that drove the
    search becomes one call of the model. --check runs the result first, with the seed of the trial: if that
    fails, nothing is written.
    """
    folder = existing_study(Path(study))
    kept = read_study(folder)
    chosen = chosen_trial(kept, trial, study)
    if write and is_held(folder):
        raise UsageError(
            f"{study}: a search is running there, so {{write}} has to wait until it ends; without it, the "
            "changes so far are shown",
            "write",
        )
    request, names = last_request(kept.options, folder)
    announce(f"reading {names.path}")
    file = replace(names, suggested=False)  # markers that were only proposed are not in it
    tuned = tuned_template(read_source(file).source, names, chosen, plain=plain)
    check_places(tuned, output, write=write)
    say(map(printable, tuned.diff(output or "")))
    for note in tuned.notes:
        tell(f"note: {printable(note)}")
    if check and not _checked(tuned, request):
        return NO_TRIAL_SUCCEEDED
    besides = f", apart from that of {listed(tuned.unwritten)}" if tuned.unwritten else ""
    if output is not None:
        write_copy(tuned, output)
        tell(f"{printable(output)} has the values of {chosen.shown}{besides}")
    if write and tuned.texts:
        written = replace_files(tuned, lambda: read_source(file).source)
        verb = "has" if len(written) == 1 else "have"
        tell(f"{listed([*map(printable, written)])} {verb} the values of {chosen.shown}{besides}")
    elif not tuned.texts:
        tell(f"nothing to change: {printable(names.path)} has the values of {chosen.shown}{besides}")
    elif output is None:
        _tell_ways(study, trial, chosen.shown, plain=plain)
    return DONE


def _tell_ways(study: str, trial: int | None, shown: str, *, plain: bool) -> None:
    """Say whose values these are, and how they are written."""
    command = ["hypertemplate", "apply", study]
    command += [] if trial is None else ["--trial", str(trial)]
    command += ["--plain"] if plain else []
    tell(f"the values of {shown}; write them with: {shlex.join([*command, '--write'])}")


def _checked(tuned: TunedTemplate, request: SearchRequest) -> bool:
    """Run the result once, and say what came of it; return False if it failed."""
    tell(f"running {printable(Path(tuned.before.name).name)} with these values ...")
    run = fresh_run(tuned, request, lambda text: tell(f"note: {printable(text)}"))
    if run.trial.state is TrialState.COMPLETE:
        tell(run.verdict)
        return True
    tell(
        "\n".join(
            [
                "the fresh run failed, so nothing is written:",
                *reason_lines(run.trial),
                *failure_lines(run.trial),
            ]
        )
    )
    return False
