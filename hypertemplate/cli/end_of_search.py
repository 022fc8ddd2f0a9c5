"""What a search prints at its end, and in place of one that has nothing to run."""

from __future__ import annotations

from hypertemplate.cli.console import emphasised, say, tell
from hypertemplate.report.summary import best_lines
from hypertemplate.report.text import plain
from hypertemplate.search.samplers.factory import Proposing
from hypertemplate.search.stop_rules import Limits, reached
from hypertemplate.search.storage.sqlite.reader import FILE, holds_study
from hypertemplate.search.storage.sqlite.writer import PROGRAM, SqliteStorage
from hypertemplate.search.study import Study
from hypertemplate.units import counted


def nothing_to_run(storage: SqliteStorage, plan: Study, limits: Limits, proposing: Proposing) -> str | None:
    """Why a study that is there starts no trial, and what would have it go on; None if it starts one."""
    trials = storage.study.trials
    if limits.waiting_only:
        return None
    if not storage.running and len(trials) >= plan.max_evals:
        done = counted(len(trials), "trial")
        return f"the study has {done} already; --max-evals N goes on, --fresh begins anew"
    points = proposing.finished_grid()
    if points is not None:
        return (
            f"the study has run all points of the grid ({points}); --point or another --algo goes on, "
            "--fresh begins anew"
        )
    reason = reached(limits, trials, 0.0)
    if reason is None:
        return None
    is_good = limits.stop_at is not None and reached(Limits(stop_at=limits.stop_at), trials, 0.0)
    other = "a lower --stop-at" if is_good else "a larger --patience"
    return f"nothing to run: {reason}; {other}, or none, goes on"


def show_end(storage: SqliteStorage, go_on: str, model_note: str = "") -> None:
    """Print the best trial, where the study is, and how it goes on; without a best one, say so on stderr.

    Args:
        storage: has the study.
        go_on: the command that goes on with it, or an empty string.
        model_note: why there is no best model, or an empty string.
    """
    kept = storage.study
    is_there = holds_study(storage.folder)  # someone may have moved it away
    names = [FILE, PROGRAM, *sorted(path.name for path in storage.folder.glob("best.*"))]
    written = [f"written to {plain(str(storage.folder))}: {', '.join(names)}"] if is_there else []
    tell("")
    if kept.best is not None:
        head, *lines = best_lines(kept)
        say([emphasised(head), *lines, *written])
    else:
        failed = counted(len(kept.trials), "trial")
        tell(f"no trial succeeded; {failed} failed" if kept.trials else "no trial has ended")
        for line in written:
            tell(line)
    for note in (model_note, *storage.notes):
        if note:
            tell(f"note: {plain(note)}")
    if storage.moved_to is not None:
        tell(f"note: what was in {plain(str(storage.folder))} is now in {plain(str(storage.moved_to))}")
    if go_on and is_there:
        tell(f"to go on: {plain(go_on)}")
