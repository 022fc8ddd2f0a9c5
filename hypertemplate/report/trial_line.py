"""Line of a trial: number, loss, best loss so far, seconds, values; and the parts that other views share."""

from __future__ import annotations

import re

from hypertemplate.compiler.markers.drawn_values import decoded, represented
from hypertemplate.compiler.markers.search_space import Option, Params
from hypertemplate.report.objective_text import epoch_text, result, score_name
from hypertemplate.report.text import cut, hanging, plain, plain_lines
from hypertemplate.search.study import Study, Trial

INDENT = " " * 7
"""Indentation below a trial's line, which aligns with its loss column."""

VALUE_WIDTH = 24
"""Most characters of one value in a trial's line."""

NARROW = 64
"""Terminal width, in columns, below which the number columns narrow."""


def heading(study: Study, width: int | None = None) -> str:
    """Return the column heads for `trial_lines`; `width` as there."""
    head = _cells(study, "trial", score_name(study), "best", "time", width)
    return head.rstrip() if _is_narrow(width) else f"{head}values"


def trial_lines(study: Study, trial: Trial, width: int | None = None) -> list[str]:
    """Format a trial as one line: number, loss, the best loss so far, seconds, epoch of a fit, values.

    A complete trial's line omits values that the trial did not read.

    Args:
        study: the study with the trials that ended so far.
        trial: one of its trials.
        width: columns of the terminal, for further lines of values; None: one line of any length.
    """
    best = study.best
    so_far = "-" if best is None else result(study, best, "#.5g")
    return hanging(
        _cells(study, str(trial.number), result(study, trial, "#.5g"), so_far, seconds_text(trial), width),
        [*epoch_items(study, trial), *value_items(study, trial)],
        width,
    )


def epoch_items(study: Study, trial: Trial) -> list[str]:
    """Return the epoch that has a trial's number, as one item before its values, if it is from a fit."""
    epoch = epoch_text(study, trial)
    return [f"({epoch})"] if epoch else []


def value_items(study: Study, trial: Trial) -> list[str]:
    """Return ``label=value``, shortened, for each parameter of a trial, except those that it did not read."""
    return [
        f"{plain(label)}={cut(short(text), VALUE_WIDTH)}"
        for label, text in source_values(study, trial.params, digits=4).items()
        if label not in trial.not_read
    ]


def seconds_text(trial: Trial) -> str:
    """Return the seconds that a trial took, such as ``1.4s``; a dash if unknown."""
    return "-" if trial.duration_s is None else f"{trial.duration_s:.1f}s"


def result_columns(study: Study, width: int | None) -> tuple[int, int]:
    """Return the columns of the loss in a trial's line: the first, and the one after the last."""
    first = 6 if _is_narrow(width) else 7
    return first, first + result_width(study)


def result_width(study: Study) -> int:
    """Return the width of the column of losses, which the objective's name heads."""
    return max(10, len(score_name(study)))


def _cells(study: Study, number: str, loss: str, best: str, seconds: str, width: int | None) -> str:
    gap = " " if _is_narrow(width) else "  "
    cells = (f"{number:>5}", f"{loss:>{result_width(study)}}", f"{best:>10}", f"{seconds:>7}")
    return gap.join(cells) + "  "


def source_values(study: Study, params: Params, *, digits: int | None = None) -> dict[str, str]:
    """Map labels to values as source text, each on one line.

    A choice that took an inner distribution stands for both: the inner label is left out.

    Args:
        study: the study, which has the space.
        params: drawn values.
        digits: significant digits of a float; None for all.
    """
    merged = represented(study.space, params)
    return {
        label: _source(drawn, digits)
        for label, drawn in decoded(study.space, params).items()
        if label not in merged
    }


def _source(drawn: float | Option, digits: int | None) -> str:
    if isinstance(drawn, Option):
        return plain(drawn.text)
    return repr(drawn) if digits is None or isinstance(drawn, int) else f"{drawn:.{digits}g}"


def short(text: str) -> str:
    """Shorten ``keras.optimizers.SGD(0.1)`` to ``SGD(0.1)``: the last name says the most."""
    return re.sub(r"^(?:[^\W\d]\w*\.)+(?=[^\W\d]\w*\()", "", text)


def failure_lines(trial: Trial, output: str = "", *, traceback: bool = True) -> list[str]:
    """List why a trial failed, its last lines of output and, if requested, its traceback.

    The traceback ends with the whole message, of which only the first line is then shown above.
    """
    has_traceback = traceback and bool(trial.traceback)
    lines = reason_lines(trial)[: 1 if has_traceback else None]
    printed = plain_lines(output)
    if printed:
        lines += [f"the last that trial {trial.number} printed:", *(f"| {line}".rstrip() for line in printed)]
    return lines + plain_lines(trial.traceback) if has_traceback else lines


def reason_lines(trial: Trial) -> list[str]:
    """Return the reason of a trial that failed or was stopped; its further lines are indented."""
    first, *more = plain_lines(trial.error or "") or ["it gave no reason"]
    return [plain(first), *(f"  {line}".rstrip() for line in more)]


def _is_narrow(width: int | None) -> bool:
    return width is not None and width < NARROW
