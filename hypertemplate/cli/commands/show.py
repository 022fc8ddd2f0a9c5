"""The command show, which lists studies and trials, or shows one trial, also while a search writes them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import click

from hypertemplate.cli.console import emphasised, say, tell, terminal_width
from hypertemplate.cli.exit_codes import DONE
from hypertemplate.cli.number_types import WholeNumber
from hypertemplate.errors import UsageError
from hypertemplate.executors.output import last_lines
from hypertemplate.results.importance import importance_of
from hypertemplate.results.side_by_side.importance_lines import importance_lines
from hypertemplate.results.side_by_side.two_trials import two_trials_lines
from hypertemplate.runtime.protocol import OUTPUT, TRIALS, run_folder
from hypertemplate.search.pruners.factory import wish
from hypertemplate.search.storage.lock import is_held
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import FILE, read_study
from hypertemplate.search.storage.study_place import study_folder
from hypertemplate.search.study import Trial
from hypertemplate.views.curves.curve_charts import ASCII_MARKS, MARKS, Marks, study_curves
from hypertemplate.views.curves.curve_rows import CURVE_COLUMNS, curve_rows
from hypertemplate.views.curves.shown_metric import preferred_metrics, reported_metrics, shown_metric
from hypertemplate.views.curves.sparkline import BLOCKS
from hypertemplate.views.objective_text import objective_name
from hypertemplate.views.template_json import Json
from hypertemplate.views.text import columns, plain
from hypertemplate.views.trial_report import TrialFiles, trial_report
from hypertemplate.views.trial_table import (
    OVERVIEW,
    OVERVIEW_HEAD,
    chosen,
    csv_text,
    finite,
    overview,
    overview_cells,
    study_json,
    study_lines,
    trials_csv,
)

Format = Literal["table", "json", "csv"]

NO_CURVES = "these trials reported no curves"


@click.command(short_help="List the trials of STUDY, or all studies below this folder.")
@click.argument("study", metavar="[STUDY]", required=False)
@click.argument("number", metavar="[NUMBER]", type=WholeNumber(0), required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    help="A table for people (the default), or JSON or CSV for other programs.",
)
@click.option(
    "--sort", metavar="COLUMN", help="Sort by number, loss, duration, state, a metric or a parameter."
)
@click.option("--top", type=WholeNumber(1), metavar="N", help="Show only the first N trials.")
@click.option("--curves", is_flag=True, help="Draw the learning curves of the trials.")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Draw the curves of this metric.")
@click.option("--importance", is_flag=True, help="Say how much each parameter matters for the result.")
@click.option("--diff", nargs=2, type=WholeNumber(0), metavar="A B", help="Show trials A and B side by side.")
def show(
    study: str | None,
    number: int | None,
    format_: Format,
    sort: str | None,
    top: int | None,
    curves: bool,
    metrics: tuple[str, ...],
    importance: bool,
    diff: tuple[int, int] | None,
) -> int:
    """List the trials of STUDY, the folder of a search that has ended or still runs.

    With NUMBER, show one trial: its values, metrics, curves, output and files. Without STUDY, list the
    studies in and below the working folder. With --curves, JSON and CSV have a row for each number that a
    fit reported.
    """
    is_list = sort is not None or top is not None
    if (number is not None or diff) and is_list:
        raise UsageError("--sort and --top are for the list of trials; leave out the number of a trial")
    if sum((number is not None, diff is not None, importance)) > 1:
        raise UsageError("a NUMBER, --diff and --importance show different things; name one of them")
    if importance and (is_list or curves or metrics):
        raise UsageError("--importance is of all trials; it takes no other option than --format")
    if study is None:
        for way, given in (
            ("--sort COLUMN --top N", is_list),
            ("--curves", curves or metrics),
            ("--importance", importance),
            ("--diff A B", diff),
        ):
            if given:
                raise UsageError(f"name a study: hypertemplate show STUDY {way}")
        show_studies(format_)
        return DONE
    folder = study_folder(Path(study))
    held = is_held(folder)  # first: a search that ends meanwhile then leaves no trial that looks pending
    kept = read_study(folder)
    tell_damage(folder, kept)
    if importance:
        show_importance(kept, format_)
        return DONE
    trials = chosen(kept, sort or "number", top)
    if number is not None:
        trials = (numbered(trials, number, study),)
    if diff is not None:
        trials = tuple(numbered(trials, one, study) for one in diff)
    check_metrics(trials, metrics, study)
    if diff is not None and format_ == "table":
        pair = (trials[0], trials[1])
        say(two_trials_lines(kept, pair, terminal_width(), chart_marks(), metrics, wished(kept)))
    elif (curves or metrics) and (number is None or format_ != "table"):
        show_curves(kept, trials, metrics, format_)
    elif format_ == "json":
        say_json(study_json(kept, trials))
    elif format_ == "csv":
        say([trials_csv(kept, trials).removesuffix("\n")])
    elif number is not None:
        files = files_of(folder, kept, number)
        lines = trial_report(
            kept.study_of(trials[0]), trials[0], files, terminal_width(), chart_marks(), metrics, wished(kept)
        )
        say(highlighted(lines))
    else:
        say(study_lines(study, kept, trials, terminal_width(), held=held))
    return DONE


def numbered(trials: Iterable[Trial], number: int, study: str) -> Trial:
    """Return the trial with a number.

    Raises:
        UsageError: there is none.
    """
    for trial in trials:
        if trial.number == number:
            return trial
    raise UsageError(f"{study}: there is no trial {number}")


def show_importance(kept: Kept, format_: Format) -> None:
    """Print the importance of the parameters of a study."""
    found, name = importance_of(kept.study), objective_name(kept.study)
    if format_ == "json":
        said = {"method": found.method, "reason": found.reason, "shares": found.shares}
        say_json({"objective": name, "importance": said})
    elif format_ == "csv":
        rows: list[dict[str, object]] = [
            {"parameter": one, "share": share} for one, share in found.shares.items()
        ]
        say([csv_text(("parameter", "share"), rows).removesuffix("\n")])
        if found.reason:
            tell(f"note: {found.reason}")
    else:
        say(importance_lines(name, found, terminal_width(), chart_marks()))


def files_of(folder: Path, kept: Kept, number: int) -> TrialFiles:
    """Find what a trial left in the folder of its study."""
    place = folder / TRIALS / run_folder(number)
    printed, sizes = "", dict[str, int]()
    for own in (place, *sorted(place.parent.glob(f"{run_folder(number)}-run-*"))):
        output = own / OUTPUT
        if output.is_file():
            with output.open("rb") as file:
                printed = last_lines(file.fileno()) or printed
        found = [path for path in own.rglob("*") if path.is_file()]
        found = [path for path in found if own == place or path != output or path.stat().st_size]
        sizes |= {os.path.relpath(path, place): path.stat().st_size for path in found}
    model = kept.models.get(number)
    return TrialFiles(str(place), printed, sizes, "" if model is None else str(folder / model))


def check_metrics(trials: Sequence[Trial], metrics: Sequence[str], study: str) -> None:
    """Refuse metrics that no fit of these trials has reported.

    Raises:
        UsageError: there is such a metric.
    """
    known = reported_metrics(curve for trial in trials for curve in trial.curves)
    for name in metrics:
        if name not in known:
            text = f"no trial reported {plain(name)}, only {', '.join(map(plain, known))}"
            raise UsageError(f"{study}: {text if known else NO_CURVES}")


def show_curves(kept: Kept, trials: Sequence[Trial], metrics: Sequence[str], format_: Format) -> None:
    """Print the learning curves of trials: as charts, or each number that a fit has reported."""
    if format_ == "json":
        rows = [{**row, "value": finite(row["value"])} for row in curve_rows(trials, metrics)]
        say_json({"curves": rows})
    elif format_ == "csv":
        say([csv_text(CURVE_COLUMNS, curve_rows(trials, metrics)).removesuffix("\n")])
    else:
        reported = shown_metric(
            (c for trial in trials for c in trial.curves), preferred_metrics(kept.study, wished(kept))
        )
        if reported is None:
            tell(NO_CURVES)
        for name in metrics or filter(None, (reported,)):
            say(highlighted(study_curves(kept.study, trials, name, terminal_width(), chart_marks())))


def wished(kept: Kept) -> str | None:
    """Return the metric that the search was told to watch, or None."""
    told = kept.options.get("prune_on")
    return wish(told if isinstance(told, str) else None, None).name


def chart_marks() -> Marks:
    """Return characters for charts that stdout can write."""
    try:
        (BLOCKS + MARKS.best + MARKS.other + MARKS.stopped).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ASCII_MARKS
    return MARKS


def highlighted(lines: Iterable[str]) -> list[str]:
    """Return lines in which the marks of the best trial stand out, if stdout is a terminal with styles."""
    return [line.replace(MARKS.best, emphasised(MARKS.best)) for line in lines]


def show_studies(format_: Format) -> None:
    """Print one line for each study below the working folder; report unreadable ones on stderr."""
    found: list[tuple[str, Kept, bool]] = []
    for folder in studies_below(Path()):
        try:
            held, kept = is_held(folder), read_study(folder)
        except UsageError as error:
            tell(f"note: {plain(str(error))}")
            continue
        tell_damage(folder, kept)
        found.append((str(folder), kept, held))
    if format_ == "json":
        say_json({"studies": [overview(name, kept, held=held) for name, kept, held in found]})
    elif format_ == "csv":
        rows = (overview(name, kept, held=held) for name, kept, held in found)
        say([csv_text(OVERVIEW, rows).removesuffix("\n")])
    elif found:
        table = [OVERVIEW_HEAD, *(overview_cells(*one[:2], held=one[2]) for one in found)]
        say(columns(table, width=terminal_width(), flexible=(0, 1, 2, 3)))
    else:
        tell("there is no study in the working folder or below it; hypertemplate run FILE creates one")


def studies_below(folder: Path) -> list[Path]:
    """Return the folders of studies at and below a folder, sorted by name; hidden folders are skipped."""
    found = []
    for place, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        if FILE in files:
            found.append(Path(place))
            names.clear()
    return found


def tell_damage(folder: Path, kept: Kept) -> None:
    """Warn about a damaged study."""
    if kept.damage:
        tell(f"warning: {plain(str(folder / FILE))} is damaged ({kept.damage}); what can be read is shown")


def say_json(value: Json) -> None:
    """Print JSON in ASCII alone: the stream's escapes for missing characters are not JSON's."""
    say([json.dumps(value, indent=2, allow_nan=False)])
