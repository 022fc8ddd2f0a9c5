"""New texts for the cells of a notebook file, whose other bytes stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from hypertemplate.compiler.syntax.source import Span

_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\r\n]*")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def with_cells(notebook: str, cells: Mapping[int, str]) -> str:
    """Return the JSON text of a notebook with new sources in some cells.

    Args:
        notebook: JSON text of a notebook of version 3 or 4.
        cells: number of a cell, from 1 over all cells -> its new source.

    Returns:
        The text; only the lines that differ are written anew.
    """
    pieces: list[str] = []
    at = 0
    for number, place in enumerate(_sources(notebook), 1):
        if number in cells and place is not None:
            pieces += [
                notebook[at : place.start],
                _rewritten(notebook[place.start : place.end], cells[number]),
            ]
            at = place.end
    return "".join(pieces) + notebook[at:]


def _sources(text: str) -> Iterator[Span | None]:
    """Yield the place of each cell's source; None for a cell without one."""
    root = dict(_members(text, _skip(text, 0)))
    holders = [root] if "cells" in root else _objects(text, root.get("worksheets"))
    for holder in holders:
        for cell in _objects(text, holder.get("cells")):
            yield cell.get("source", cell.get("input"))


def _objects(text: str, place: Span | None) -> list[dict[str, Span]]:
    return (
        [dict(_members(text, item.start)) for item in _items(text, place.start)] if place is not None else []
    )


def _members(text: str, at: int) -> Iterator[tuple[str, Span]]:
    """Yield the keys of the object at an offset, with the places of their values."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        yield key, Span(0, start, end)
        at = _after_comma(text, end)


def _items(text: str, at: int) -> Iterator[Span]:
    """Yield the places of the items of the array at an offset."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield Span(0, at, end)
        at = _after_comma(text, end)


def _after_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    assert space is not None
    return space.end()


def _rewritten(token: str, source: str) -> str:
    """Return the JSON of a source in the form that it had: one string, or a list of lines."""
    if token.startswith('"'):
        return _string(source, token)
    places = list(_items(token, 0))
    written = {json.loads(token[p.start : p.end], strict=False): token[p.start : p.end] for p in places}
    lines = [written.get(line) or _string(line, token) for line in _LINE.findall(source)]
    if not places:
        return f"[{', '.join(lines)}]"
    between = token[places[0].end : places[1].start] if len(places) > 1 else ", "
    return token[: places[0].start] + between.join(lines) + token[places[-1].end :]


def _string(text: str, like: str) -> str:
    return json.dumps(text, ensure_ascii=like.isascii())
