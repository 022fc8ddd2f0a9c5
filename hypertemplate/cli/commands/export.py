"""The command export, which writes a study for another tool."""

from __future__ import annotations

from pathlib import Path

import click

from hypertemplate.cli.announcement import announce
from hypertemplate.cli.commands.show import tell_damage
from hypertemplate.cli.console import say, tell
from hypertemplate.cli.exit_codes import DONE
from hypertemplate.errors import UsageError
from hypertemplate.exports.base import Target
from hypertemplate.exports.factory import EXPORTS, left_out_notes
from hypertemplate.exports.text_files import csv_of, json_of
from hypertemplate.search.storage.sqlite.reader import SUFFIX, read_study
from hypertemplate.search.storage.study_place import existing_study
from hypertemplate.units import counted
from hypertemplate.views.text import plain

PRINTED = {"csv": csv_of, "json": json_of}
"""Exports that are printed where no file is named."""


@click.command(short_help="Write STUDY for another tool: CSV, Parquet, Optuna, TensorBoard, MLflow.")
@click.argument("study")
@click.option("--to", type=click.Choice([*EXPORTS]), required=True, help="What to write.")
@click.option(
    "-o",
    "--output",
    metavar="WHERE",
    help="File, folder or URL to write to. Default: named after the study; CSV and JSON are printed.",
)
@click.option("--force", is_flag=True, help="Replace what an earlier export has written there.")
def export(study: str, to: str, output: str | None, force: bool) -> int:
    """Write the trials of STUDY for another tool; the study stays as it is.

    For Optuna, -o is a file or the URL of a storage; for TensorBoard a folder; for MLflow a file or the URI
    of a tracking store, by default the one that is set (MLFLOW_TRACKING_URI).
    """
    if output == "":
        raise UsageError("{output} needs a name", "output")
    folder = existing_study(Path(study))
    kept = read_study(folder)
    tell_damage(folder, kept)
    kind = EXPORTS[to]
    if to in PRINTED and output is None:
        say([PRINTED[to](kept).removesuffix("\n")])
        return DONE
    if not kind.is_table:
        if not kept.study.trials:
            raise UsageError(f"{study}: no trial has ended yet, so there is nothing to export")
        for note in left_out_notes(kept):
            tell(f"note: {plain(note)}")
    announce(f"writing {to}")
    where = kind.write(kept, Target(output, folder.resolve().name.removesuffix(SUFFIX), force))
    count = len(kept.study.trials) + (len(kept.study.left_out) + len(kept.running) if kind.is_table else 0)
    tell(f"wrote {counted(count, 'trial')} to {plain(where)}")
    return DONE
