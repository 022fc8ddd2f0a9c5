"""Output at the end of a search."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from hypertemplate.cli.console import emphasised, say, tell, terminal_width
from hypertemplate.search.stop_rules import undirected
from hypertemplate.search.storage.sqlite.reader import FILE, holds_study
from hypertemplate.search.storage.sqlite.writer import PROGRAM, SqliteStorage
from hypertemplate.search.study import TrialState
from hypertemplate.units import counted
from hypertemplate.views.study_text import best_lines, retried_text, value_lines
from hypertemplate.views.text import plain


def show_end(
    storage: SqliteStorage,
    resume_command: str,
    model_note: str = "",
    again: Sequence[int] = (),
    *,
    asks: bool = True,
    to_stderr: bool = False,
) -> None:
    """Print the best trial, the study's place, and how to resume it; without a best trial say so on stderr.

    Args:
        storage: storage of the study.
        resume_command: command that resumes the study, or an empty string.
        model_note: reason why there is no best model, or an empty string.
        again: numbers of the trials that were to run again.
        to_stderr: whether the result goes to stderr too, since stdout has something else.
        asks: whether to ask for the direction of the search where it is unknown; else a note has done so.
    """
    kept, show = storage.study, _tell_all if to_stderr else say
    is_there = holds_study(storage.folder)  # someone may have moved it away
    names = [FILE, PROGRAM, *sorted(path.name for path in storage.folder.glob("best.*"))]
    folder = plain(shlex.quote(str(storage.folder)))
    written = [f"written to {folder}: {', '.join(names)}"] if is_there else []
    tell("")
    if retried := retried_text(kept, again):
        tell(retried)
    judged = [trial for trial in kept.trials if trial.state is TrialState.COMPLETE]
    if kept.maximize is None and judged:
        for trial in judged:
            show(value_lines(kept, trial, f"trial {trial.number}, ", terminal_width()))
        for line in (*([undirected(judged[0])] if asks else []), *written):
            tell(line)
    elif kept.best is not None:
        head, *lines = best_lines(kept, terminal_width())
        show([head if to_stderr else emphasised(head), *lines, *written])
    else:
        failed = counted(kept.evaluations, "trial")
        tell(f"no trial succeeded; {failed} failed" if kept.trials else "no trial finished")
        for line in written:
            tell(line)
        if storage.moved_to is not None and is_there:
            tell(f"the earlier study is in {plain(shlex.quote(str(storage.moved_to)))}")
    if model_note:
        tell(f"note: {plain(model_note)}")
    if resume_command and is_there:
        tell(f"resume with: {plain(resume_command)}")


def _tell_all(lines: Iterable[str]) -> None:
    tell("\n".join(lines))
