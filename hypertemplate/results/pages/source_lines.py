"""Source of a template line by line, with its markers and the values of the best trial beside them."""

from __future__ import annotations

from dataclasses import dataclass

from hypertemplate.results.source_markers import MarkedPlace, MarkedText
from hypertemplate.results.summary import Summary


@dataclass(frozen=True, slots=True)
class LinePiece:
    """Piece of a line: its text, and whether it is of a marker."""

    text: str
    is_marker: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Line of a source.

    Attributes:
        number: number from 1.
        pieces: its text, in pieces.
        values: labels, and values of the best trial, of the markers that end in it; an empty value stands for
            one that the trial did not read.
    """

    number: int
    pieces: tuple[LinePiece, ...]
    values: tuple[tuple[str, str], ...] = ()


def source_lines(part: MarkedText, summary: Summary) -> tuple[SourceLine, ...]:
    """Return the lines of a part."""
    lines, start = [], 0
    texts = part.text.split("\n")
    if texts[-1] == "":
        texts = texts[:-1]
    for number, text in enumerate(texts, 1):
        end = start + len(text)
        here = [place for place in part.places if place.start <= end and place.end > start]
        values = [value for place in here if place.end <= end for value in _values(place, summary)]
        lines.append(SourceLine(number, _pieces(part.text, start, end, here), tuple(values)))
        start = end + 1
    return tuple(lines)


def _pieces(text: str, start: int, end: int, places: list[MarkedPlace]) -> tuple[LinePiece, ...]:
    pieces, at = [], start
    for place in places:
        first, last = max(place.start, start), min(place.end, end)
        pieces += [LinePiece(text[at:first], False), LinePiece(text[first:last], True)]
        at = last
    pieces.append(LinePiece(text[at:end], False))
    return tuple(piece for piece in pieces if piece.text)


def _values(place: MarkedPlace, summary: Summary) -> list[tuple[str, str]]:
    """Return the values of the best trial that a marker has drawn; none without a best trial."""
    best = summary.best_trial
    if best is None:
        return []
    cells = [(label, best.cells[label]) for label in place.labels if label in best.cells]
    return [(label, cell.text if cell.is_read else "") for label, cell in cells if cell.number is not None]
