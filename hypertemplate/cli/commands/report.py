"""The command report, which writes the page of a study, once or while its search runs."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import click

from hypertemplate.cli.commands.show import tell_damage
from hypertemplate.cli.console import say, tell
from hypertemplate.cli.exit_codes import DONE
from hypertemplate.cli.signals import interrupt_status
from hypertemplate.results.known_importance import known_importance
from hypertemplate.results.pages.page import report_html
from hypertemplate.results.pages.page_file import NAME, write_page
from hypertemplate.results.summary import summary_of
from hypertemplate.search.storage.lock import is_held
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.study_place import existing_study
from hypertemplate.views.text import plain

REFRESH_S = 5.0
"""Seconds between two pages of a search that runs."""

SHARE = 0.1
"""Most of the time that goes into the pages of a search that runs."""


@click.command(short_help="Write a page with the results of STUDY, to open in a browser.")
@click.argument("study")
@click.option(
    "-o", "--output", metavar="FILE", help=f"File to write. By default {NAME} in the folder of the study."
)
@click.option("--live", is_flag=True, help="Keep the page up to date until the search ends.")
def report(study: str, output: str | None, live: bool) -> int:
    """Write one HTML file with the results of STUDY, which opens without a network.

    It has the best values, charts, all trials, the reasons of failures, and the source with its markers. The
    study is only read, so its search may run meanwhile.
    """
    folder = existing_study(Path(study))
    path = folder / NAME if output is None else Path(output).expanduser()
    running = live and is_held(folder)
    if live and not running:
        tell("note: no search of this study is running, so the page is final")
    tell_damage(folder, read_study(folder))
    took = written(folder, path, refresh_s=REFRESH_S if running else None)
    say([plain(str(path))])
    try:
        while running:
            pause = max(REFRESH_S, took / SHARE)
            running = not ended(folder, pause)
            took = written(folder, path, refresh_s=pause if running else None)
    except KeyboardInterrupt as interrupt:
        written(folder, path, refresh_s=None)
        return interrupt_status(interrupt)
    return DONE


def written(folder: Path, path: Path, *, refresh_s: float | None) -> float:
    """Write the page of a study as it is now; return the seconds that it took."""
    began = time.monotonic()
    kept = read_study(folder)
    summary = summary_of(kept, importance=known_importance(kept.study))
    updated = f"updated {datetime.now().astimezone():%Y-%m-%d %H:%M:%S}" if refresh_s is not None else ""
    write_page(path, report_html(summary, refresh_s=refresh_s, updated=updated))
    return time.monotonic() - began


def ended(folder: Path, pause_s: float) -> bool:
    """Wait for some seconds, or until the search ends; return True if it has ended."""
    until = time.monotonic() + pause_s
    while is_held(folder):
        left = until - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(0.5, left))
    return True
