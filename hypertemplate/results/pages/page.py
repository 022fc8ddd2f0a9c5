"""Page of a study: one HTML file that opens anywhere, without a network."""

from __future__ import annotations

import base64
import functools
import hashlib
import itertools
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING

from hypertemplate.results.charts.importance_bars import importance_bars
from hypertemplate.results.charts.learning_curves import curves_chart
from hypertemplate.results.charts.loss_history import history_chart
from hypertemplate.results.charts.pairs import pair_chart
from hypertemplate.results.charts.parallel_coordinates import parallel_chart
from hypertemplate.results.charts.slices import slice_chart
from hypertemplate.results.pages.page_table import page_table
from hypertemplate.results.pages.page_text import (
    best_values,
    costs_text,
    facts,
    gain_text,
    named_trials,
    told,
    trials_text,
)
from hypertemplate.results.pages.source_lines import source_lines
from hypertemplate.results.summary import Summary
from hypertemplate.results.top_parameters import in_space_order, top_parameters
from hypertemplate.views.text import plain

if TYPE_CHECKING:
    import jinja2

MOST_AXES, MOST_SLICES, MOST_PAIRED = 14, 6, 4
"""Most parameters with an axis, with a slice, and of which each two make a pair."""


def report_html(summary: Summary, *, refresh_s: float | None = None, updated: str = "") -> str:
    """Render the page.

    Args:
        summary: the study.
        refresh_s: seconds after which the page loads itself again, while its search runs; None: never.
        updated: time at which it is written, for people; may be empty.
    """
    from markupsafe import Markup as svg

    script, style = _text("report.js"), _text("report.css")
    axes = in_space_order(summary, top_parameters(summary, MOST_AXES))
    top = top_parameters(summary, MOST_SLICES)
    return _template().render(
        s=summary,
        best=summary.best_trial,
        script=svg(script),
        style=svg(style),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        refresh_s=refresh_s,
        updated=updated,
        trials=trials_text(summary),
        told=told(summary),
        gain=gain_text(summary),
        values=best_values(summary),
        costs=costs_text(summary),
        facts=facts(summary),
        named=named_trials,
        history=svg(history_chart(summary)),
        curves=[(metric, svg(curves_chart(summary, metric))) for metric in summary.metrics],
        parallel=svg(parallel_chart(summary, axes)),
        axes=axes,
        varied=top_parameters(summary, len(summary.axes)),
        importance=svg(importance_bars(summary.importance.shares)) if summary.importance else "",
        slices=[svg(slice_chart(summary, axis)) for axis in top] if len(summary.judged) > 1 else [],
        pairs=[svg(chart) for chart in _pairs(summary)],
        table=page_table(summary),
        source=[(part, source_lines(part, summary)) for part in summary.source],
    )


def _pairs(summary: Summary) -> Iterator[str]:
    """Yield the charts of each two of the top parameters that some trials have read together."""
    if len(summary.judged) > 1:
        for one, other in itertools.combinations(top_parameters(summary, MOST_PAIRED), 2):
            if chart := pair_chart(summary, one, other):
                yield chart


def _text(name: str) -> str:
    return resources.files("hypertemplate").joinpath("templates", name).read_text("utf-8")


@functools.cache
def _template() -> jinja2.Template:
    import jinja2  # here, since no other command needs it

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True
    )
    environment.filters["plain"] = plain
    return environment.from_string(_text("report.html.jinja"))
