"""Results of a study in a notebook: two charts and a table that sorts, readable in light and dark themes."""

from __future__ import annotations

import hashlib
from importlib import resources

from hypertemplate.results.charts.loss_history import history_chart
from hypertemplate.results.charts.parallel_coordinates import parallel_chart
from hypertemplate.results.summary import Summary, summary_of
from hypertemplate.results.top_parameters import in_space_order, top_parameters
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study
from hypertemplate.views.html import BLOCK, FAINT, div, in_text, study_html

MOST_AXES = 8
"""Most parameters with an axis: more have no room beside each other in a cell."""

WIDTH = 760.0
"""Width in pixels of the parallel coordinates where there are few axes."""

_SCRIPT = "<script>%s</script>"


def notebook_html(study: Study) -> str:
    """Render a study: its history, its values as parallel coordinates, and its table.

    Without a front end that runs scripts, the table is not sorted, and all else is the same.
    """
    summary = summary_of(Kept(study))
    content = charts_html(summary) + study_html(study)
    name = f"hypertemplate-{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:12]}"
    script = resources.files("hypertemplate").joinpath("templates", "notebook_table.js").read_text("utf-8")
    sorts = _SCRIPT % script.replace("NAME", name) if summary.trials else ""
    return f'<div id="{name}">{content}</div>{sorts}'


def charts_html(summary: Summary) -> str:
    """Render the history and the parallel coordinates of a study; empty without a trial that has a number."""
    axes = in_space_order(summary, top_parameters(summary, MOST_AXES))
    charts = (
        (history_chart(summary), "trials and the best so far"),
        (parallel_chart(summary, axes, WIDTH), _said_of_lines(summary, len(axes))),
    )
    drawn = "".join(
        div(f"{chart}{div(in_text(said), f'{FAINT};font-size:12px')}", "overflow-x:auto;min-width:0")
        for chart, said in charts
        if chart
    )
    return (
        div(drawn, f"{BLOCK};display:flex;flex-wrap:wrap;gap:8px 28px;align-items:flex-end") if drawn else ""
    )


def _said_of_lines(summary: Summary, drawn: int) -> str:
    varied = len(top_parameters(summary, len(summary.axes)))
    more = f"; {drawn} of {varied} parameters" if drawn < varied else ""
    return f"each line a trial, the best tenth in blue, the best one in green{more}"
