"""Tables and plots of what ``measure.py`` has kept, and the page that shows them.

    python benchmarks/rivals/report.py

Writes ``results/rivals.txt`` and a plot for each workload that has cells with a time, and fills the tables
of ``docs/benchmarks.rst``: between ``.. results: FILE`` and ``.. end``, the page has what the file in
``results`` says. A range of lines may follow the name, such as ``lines 3-13``.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

import cells
from arms import WORKLOADS, Workload
from cells import Cell, Failure
from plot import plotted

BENCHMARKS = Path(__file__).parents[1]

RESULTS = BENCHMARKS / "results"

ALT = "The mean best validation accuracy by the second, a line for each tool."

PAGE = BENCHMARKS.parent / "docs" / "benchmarks.rst"


def tables(rows: Iterable[Cell | Failure]) -> str:
    """The sections of the workloads that have rows, as reStructuredText."""
    kept = list(rows)
    sections = [
        section(name, workload, own)
        for name, workload in WORKLOADS.items()
        if (own := [row for row in kept if row.workload == name])
    ]
    return "\n".join(sections)


def section(name: str, workload: Workload, rows: Sequence[Cell | Failure]) -> str:
    """A workload: its table, its failures, and how it was measured."""
    found = [row for row in rows if isinstance(row, Cell)]
    failed = [row for row in rows if isinstance(row, Failure)]
    lines = [f"**{workload.title}**", ""]
    if found:
        table = timed(workload, found) if workload.seconds else ended(workload, found)
        lines += [*table, "", *measured(name, found), ""]
    if found and workload.seconds:
        lines += [f".. image:: ../benchmarks/results/rivals-{name}.svg", f"   :alt: {ALT}", ""]
    for row in failed:
        last = row.error.strip().split("\n")[-1]  # of a traceback, the error
        lines += [f"{row.arm}, seed {row.seed}, failed: ``{last}``", ""]
    return "\n".join(lines)


def timed(workload: Workload, found: Sequence[Cell]) -> list[str]:
    """The table of searches that had a time."""
    target = mean(cell.best_by(cell.seconds) for cell in found if cell.arm == workload.target)
    goal = "to the target" if target is None else f"to {target:.4f}"
    moments = [f"at {moment} s" for moment in workload.moments_s]
    table = [["", "searches", "configurations", "reports", *moments, goal, "test"]]
    for arm in workload.arms:
        if own := [cell for cell in found if cell.arm == arm]:
            reached = [at for cell in own if target is not None and (at := cell.reached(target)) is not None]
            table.append(
                [
                    arm,
                    str(len(own)),
                    f"{statistics.mean(cell.configurations for cell in own):.0f}",
                    f"{statistics.mean(cell.epochs for cell in own):.0f}",
                    *(decimal(mean(cell.best_by(moment) for cell in own)) for moment in workload.moments_s),
                    f"{statistics.mean(reached):.0f} s ({len(reached)}/{len(own)})" if reached else "-",
                    decimal(mean(accuracy for cell in own for accuracy in cell.test)),
                ]
            )
    return simple_table(table, best_of=(*range(4, 4 + len(moments)), 5 + len(moments)))


def ended(workload: Workload, found: Sequence[Cell]) -> list[str]:
    """The table of searches that ended by themselves."""
    table = [["", "searches", "first trial after", "each further", "all, with start and end"]]
    for arm in workload.arms:
        if own := [cell for cell in found if cell.arm == arm]:
            table.append(
                [
                    arm,
                    str(len(own)),
                    f"{statistics.mean(cell.first_s or 0 for cell in own):.1f} s",
                    f"{statistics.mean(each_s(cell) for cell in own):.2f} s",
                    f"{statistics.mean(cell.seconds for cell in own):.1f} s",
                ]
            )
    return simple_table(table)


def each_s(cell: Cell) -> float:
    """The mean seconds from the end of a trial to the end of the next."""
    return ((cell.last_s or 0) - (cell.first_s or 0)) / max(1, cell.epochs - 1)


def measured(name: str, found: Sequence[Cell]) -> list[str]:
    """When, with what, and by which command."""
    first, *_, last = sorted(cell.ended[:10] for cell in [*found, *found])
    days = first if first == last else f"{first} to {last}"
    loads = sorted(cell.load for cell in found)
    packages = sorted({f"{name} {version}" for cell in found for name, version in cell.versions.items()})
    return [
        f"``python benchmarks/rivals/measure.py --workload {name}``, {days},",
        f"load average before a search {loads[0]:.1f} to {loads[-1]:.1f}; {', '.join(packages)}.",
    ]


def simple_table(rows: Sequence[Sequence[str]], best_of: Sequence[int] = ()) -> list[str]:
    """A table of reStructuredText; in some columns the highest is bold."""
    texts = [list(row) for row in rows]
    for column in best_of:
        highest = max((row[column] for row in rows[1:] if row[column] != "-"), default=None)
        for row in texts[1:]:
            if row[column] == highest:
                row[column] = f"**{highest}**"
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    rule = "  ".join("=" * width for width in widths)
    # An empty first cell would continue the row above; a backslash is an empty cell that is not.
    texts[0][0] = texts[0][0] or "\\"
    head, *body = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    ]
    return [rule, head, rule, *body, rule]


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of numbers; None if one is missing, or there is none."""
    found = list(values)
    return None if not found or None in found else statistics.mean(one for one in found if one is not None)


def decimal(value: float | None) -> str:
    """An accuracy, or a dash."""
    return "-" if value is None else f"{value:.4f}"


def filled(page: str, results: Path) -> str:
    """A page with what the files of the results say in the places that name them."""

    def block(found: re.Match[str]) -> str:
        name, first, last = found["name"], found["first"], found["last"]
        path = results / name
        lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n") if path.exists() else []
        lines = lines[int(first) - 1 : int(last)] if first else lines
        if lines and name != "rivals.txt":  # which is reStructuredText itself
            # What comes before the first empty line says where the table is from.
            table = lines.index("") + 1
            shown = (f"       {line}".rstrip() for line in lines[table:])
            lines = [*lines[:table], ".. container:: results", "", "   ::", "", *shown]
        return "\n".join([found["head"], "", *lines, *([""] if lines else []), ".. end"])

    pattern = (
        r"^(?P<head>\.\. results: (?P<name>\S+?)(?:,? lines (?P<first>\d+)-(?P<last>\d+))?)\n.*?^\.\. end$"
    )
    return re.sub(pattern, block, page, flags=re.MULTILINE | re.DOTALL)


def main() -> None:
    """Write the tables, the plots and the page."""
    parser = argparse.ArgumentParser(description="Make tables and plots of the cells that are kept.")
    parser.add_argument("--results", metavar="DIR", type=Path, default=RESULTS, help="where rivals.jsonl is")
    parser.add_argument(
        "--page", metavar="FILE", type=Path, default=PAGE, help="the page whose tables are filled"
    )
    wanted = parser.parse_args()
    rows = list(cells.read(wanted.results / "rivals.jsonl").values())
    if rows:
        (wanted.results / "rivals.txt").write_text(tables(rows), encoding="utf-8")
    for name, workload in WORKLOADS.items():
        own = [row for row in rows if isinstance(row, Cell) and row.workload == name]
        if own and workload.seconds:
            plot = plotted(workload.title, list(workload.arms), own, workload.seconds)
            (wanted.results / f"rivals-{name}.svg").write_text(plot, encoding="utf-8")
    wanted.page.write_text(filled(wanted.page.read_text(encoding="utf-8"), wanted.results), encoding="utf-8")


if __name__ == "__main__":
    main()
