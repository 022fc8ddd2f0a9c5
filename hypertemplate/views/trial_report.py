"""One trial as lines of text: its result, values, metrics, curves, output and files; nothing here reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hypertemplate.search.study import Curve, Study, Trial
from hypertemplate.units import counted, size_text
from hypertemplate.views.summary import value_lines
from hypertemplate.views.text import columns, indented, plain, plain_lines
from hypertemplate.views.trial_line import reason_lines, seconds_text

CHART_WIDTH = 40
"""Most characters of a chart."""

BLOCKS = "▁▂▃▄▅▆▇█"

ASCII_BLOCKS = "_.-=+*%#"
"""Characters of a chart where a stream has no others."""


@dataclass(frozen=True, slots=True)
class TrialFiles:
    """Files that a trial left.

    Attributes:
        folder: path of its folder.
        output: last lines that it printed.
        sizes: sizes in bytes by the path of a file below the folder.
        model: path of its model, or an empty string.
    """

    folder: str
    output: str
    sizes: dict[str, int]
    model: str = ""


def trial_report(
    study: Study, trial: Trial, files: TrialFiles, width: int | None = None, blocks: str = BLOCKS
) -> list[str]:
    """Describe one trial of a study.

    Args:
        study: study with the trials that ended.
        trial: the trial.
        files: what it left.
        width: columns of the terminal; None: no wrapping.
        blocks: characters of charts, from the lowest to the highest.
    """
    name = f"trial {trial.number} of {plain(study.template)}"
    lines = indented([f"{name}: {trial.state.value.lower()}, {_when(trial)}"], width, "")
    lines += value_lines(study, trial, "", width)
    if trial.error is not None:
        lines += ["", *indented(reason_lines(trial), width, "")]
    lines += _part("traceback", plain_lines(trial.traceback), width)
    for curve in trial.curves:
        which = f" {curve.fit + 1}" if len(trial.curves) > 1 else ""
        head = f"fit{which}: {counted(len(curve.reports), 'epoch')}"
        lines += _part(head, curve_lines(curve, width, blocks), None)
    lines += _part(f"the last that trial {trial.number} printed", plain_lines(files.output), width)
    sizes = [(plain(path), size_text(size)) for path, size in sorted(files.sizes.items())]
    lines += _part(f"files in {plain(files.folder)}", columns(sizes), width)
    return [*lines, "", f"model: {plain(files.model)}"] if files.model else lines


def curve_lines(curve: Curve, width: int | None, blocks: str) -> list[str]:
    """Draw each metric of a fit as a line of blocks, between its first and its last value."""
    names = dict.fromkeys(name for metrics in curve.finite for name in metrics)
    rows = []
    for name in names:
        values = [metrics.get(name, math.nan) for metrics in curve.finite]
        known = [value for value in values if not math.isnan(value)]
        rows.append((plain(name), f"{known[0]:.4g}", chart(values, blocks), f"{known[-1]:.4g}"))
    return columns(rows, width=None if width is None else width - 2, flexible=(2,))


def chart(values: Sequence[float], blocks: str) -> str:
    """Draw numbers as a line of blocks, one for each, or for several where there are many; NaN is a gap."""
    known = [value for value in values if not math.isnan(value)]
    low, high = min(known), max(known)
    step = max(1.0, len(values) / CHART_WIDTH)
    shown = [values[int(place * step)] for place in range(min(len(values), CHART_WIDTH))]
    return "".join(_block(value, low, high, blocks) for value in shown)


def _block(value: float, low: float, high: float, blocks: str) -> str:
    if math.isnan(value):
        return " "
    share = (value - low) / (high - low) if high > low else 0.0
    return blocks[min(len(blocks) - 1, int(share * len(blocks)))]


def _when(trial: Trial) -> str:
    started = trial.started_at.replace("T", " ")[:19]
    took = "" if trial.duration_s is None else f", took {seconds_text(trial)}"
    return f"started {started or 'at an unknown time'}{took}, worker {trial.worker}"


def _part(head: str, lines: Sequence[str], width: int | None) -> list[str]:
    return ["", head, *indented(lines, width, "  ")] if lines else []
