"""Parts of what is shown of one trial: its values as text, its time, the reason why it failed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypertemplate.compiler.markers.drawn_values import decoded, represented
from hypertemplate.compiler.markers.search_space import Option, Params
from hypertemplate.search.study import Study, Trial
from hypertemplate.units import listed
from hypertemplate.views.text import cut, plain, plain_lines

INDENT = " " * 7
"""Indentation below a trial's line, which aligns with its loss column."""

VALUE_WIDTH = 24
"""Most characters of one value in a trial's line."""


def numbered(numbers: Sequence[int]) -> str:
    """Name trials by their numbers: ``trial 3``, ``trials 3 and 5``."""
    return f"trial{'s' if len(numbers) > 1 else ''} {listed([str(number) for number in sorted(numbers)])}"


def value_items(study: Study, trial: Trial) -> list[str]:
    """Return ``label=value``, shortened, for each parameter of a trial, except those that it did not read."""
    return [
        f"{plain(label)}={cut(short(text), VALUE_WIDTH)}"
        for label, text in source_values(study, trial.params, digits=4).items()
        if label not in trial.unused
    ]


def seconds_text(trial: Trial) -> str:
    """Return the seconds that a trial took, such as ``1.4s``; a dash if unknown."""
    return "-" if trial.duration_s is None else f"{trial.duration_s:.1f}s"


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

    A reason that ends the traceback is left to it; above another traceback, its first line is shown.
    """
    has_traceback = traceback and bool(trial.traceback)
    lines = untraced_reason(trial)[:1] if has_traceback else reason_lines(trial)
    printed = plain_lines(output)
    if printed:
        lines += [f"last output of trial {trial.number}:", *(f"| {line}".rstrip() for line in printed)]
    return lines + plain_lines(trial.traceback) if has_traceback else lines


def untraced_reason(trial: Trial) -> list[str]:
    """Return the lines of the reason of a trial, or none if its traceback says the same."""
    lines = reason_lines(trial)
    said = _PLACE.sub("", lines[0]).removesuffix(" ...")
    same = re.compile(rf"(?:\w+\.)*{re.escape(said)}")
    return [] if any(same.match(plain(line)) for line in plain_lines(trial.traceback)) else lines


_PLACE = re.compile(r" \((?:[^()]|\([^()]*\))*\)$")
"""Place at the end of the first line of a reason, such as `` (model.py:3)``."""


def frame_lines(trial: Trial) -> tuple[str, ...]:
    """Return the lines of the traceback of a trial that name places."""
    return tuple(line for line in plain_lines(trial.traceback) if line.lstrip().startswith("File "))


def repeated_reason(trial: Trial, first: int) -> str:
    """Say that a trial failed for the reason of an earlier one, with the first line of it."""
    return f"as trial {first}: {reason_lines(trial)[0]}"


def reason_lines(trial: Trial) -> list[str]:
    """Return the reason of a trial that failed or was stopped; its further lines are indented."""
    first, *more = plain_lines(trial.error or "") or ["it gave no reason"]
    return [plain(first), *(f"  {line}".rstrip() for line in more)]
