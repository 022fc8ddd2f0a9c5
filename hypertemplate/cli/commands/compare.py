"""The command compare, which shows studies side by side."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Literal

import click

from hypertemplate.cli.commands.show import chart_marks, highlighted, say_json, tell_damage
from hypertemplate.cli.console import say, terminal_width
from hypertemplate.cli.exit_codes import DONE
from hypertemplate.errors import UsageError
from hypertemplate.results.side_by_side.several_studies import NamedStudy, comparison_json, study_comparison
from hypertemplate.search.storage.lock import is_held
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.study_place import existing_study


@click.command(short_help="Show studies side by side: best, trials, time, spaces.")
@click.argument("studies", metavar="STUDY STUDY...", nargs=-1, required=True)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    help="A table for people (the default), or JSON for other programs.",
)
def compare(studies: tuple[str, ...], format_: Literal["table", "json"]) -> int:
    """Show studies side by side: their best trials, numbers of trials, time and search spaces.

    The best is marked if all of them search the same number in the same direction.
    """
    if len(studies) < 2:
        raise UsageError(
            f"name another study to compare {studies[0]} with, or show it alone: "
            f"hypertemplate show {shlex.quote(studies[0])}"
        )
    named = [_named(study) for study in studies]
    if format_ == "json":
        say_json(comparison_json(named))
    else:
        say(highlighted(study_comparison(named, terminal_width(), chart_marks())))
    return DONE


def _named(study: str) -> NamedStudy:
    folder = existing_study(Path(study))
    held = is_held(folder)  # first: a search that ends meanwhile then leaves no trial that looks pending
    kept = read_study(folder)
    tell_damage(folder, kept)
    return NamedStudy(study, kept, held)
