"""Lines on the state of a running search, redrawn in place: what runs, and how far the search is.

Numbers have fixed widths, so that nothing moves sideways, and the lines are short: a terminal that is made
narrower while the search runs does not break them.
"""

from __future__ import annotations

from hypertemplate.units import counted, elapsed_text
from hypertemplate.views.eta import Pace, Running
from hypertemplate.views.text import cut, plain

WIDTH = 58
"""Most columns of a line."""

MOST_RUNNING = 8
"""Most running trials that have a line of their own."""

BAR_WIDTH = 16

TIME_WIDTH = 6


def status_lines(pace: Pace, doing: str, ended: int, *, bar: tuple[str, str] = ("━", "─")) -> list[str]:
    """List the running trials and the progress of a search.

    Args:
        pace: clock of the search.
        doing: what the search does while no trial runs.
        ended: number of trials that ended.
        bar: characters of the bar, for what is done and for what is left.
    """
    running = pace.running()
    if not running:
        return [f"{elapsed_text(pace.elapsed_s):>{TIME_WIDTH}}  {cut(plain(doing), WIDTH - TIME_WIDTH - 2)}"]
    lines = [running_line(*one) for one in running[:MOST_RUNNING]]
    if len(running) > MOST_RUNNING:
        lines.append(f"and {counted(len(running) - MOST_RUNNING, 'more trial')}")
    return [*lines, progress_line(pace, ended, bar)]


def running_line(trial: Running, elapsed_s: float) -> str:
    """Format a running trial: its number, its time, its epoch."""
    line = f"trial {trial.number:>4}  {elapsed_text(elapsed_s):>{TIME_WIDTH}}"
    if not trial.epoch:
        return line
    if trial.epochs is None:
        return f"{line}  epoch {trial.epoch:>4}"
    return f"{line}  epoch {trial.epoch:>{len(str(trial.epochs))}} of {trial.epochs}"


def progress_line(pace: Pace, ended: int, bar: tuple[str, str]) -> str:
    """Format the progress: a bar, the trials that ended, the time so far, the time that is left."""
    done = round(BAR_WIDTH * min(1, ended / pace.total)) if pace.total else 0
    count = f"{ended:>{len(str(pace.total))}}/{pace.total}"
    line = (
        f"{bar[0] * done}{bar[1] * (BAR_WIDTH - done)}  {count}  {elapsed_text(pace.elapsed_s):>{TIME_WIDTH}}"
    )
    left_s = pace.left_s()
    return line if left_s is None or left_s < 1 else f"{line}  about {elapsed_text(left_s)} left"
