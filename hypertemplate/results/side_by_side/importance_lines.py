"""Importance of the parameters as a list with bars."""

from __future__ import annotations

from hypertemplate.results.importance import Importance
from hypertemplate.views.curves.curve_charts import MARKS, Marks
from hypertemplate.views.text import columns, cut, plain, wrapped

BAR_WIDTH = 40
"""Most columns of a bar."""

LABEL_WIDTH = 32
"""Most characters of a label."""


def importance_lines(
    name: str, importance: Importance, width: int | None = None, marks: Marks = MARKS
) -> list[str]:
    """List the parameters, those that matter most first, each with its share and a bar.

    Args:
        name: name of the number that trials are judged by.
        importance: importance of the parameters.
        width: columns of the terminal; None: no limit.
        marks: characters of charts.
    """
    if importance.reason:
        return wrapped(f"importance for {plain(name)}: {importance.reason}", width)
    rows = [(cut(plain(label), LABEL_WIDTH), f"{share:.0%}") for label, share in importance.shares.items()]
    labels, shares = (max(map(len, cells)) for cells in zip(*rows, strict=True))
    room = BAR_WIDTH if width is None else max(1, min(BAR_WIDTH, width - labels - shares - 6))
    most = max(importance.shares.values())
    bars = [marks.blocks[-1] * round(room * share / most) for share in importance.shares.values()]
    table = [(label, share.rjust(shares), bar) for (label, share), bar in zip(rows, bars, strict=True)]
    head = wrapped(f"importance for {plain(name)}, by {importance.method}", width)
    return [*head, *columns(table, indent="  ")]
