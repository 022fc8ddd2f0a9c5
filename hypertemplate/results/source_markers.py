"""Source of a study's template as its user wrote it, with the places of the markers and their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.entry.own_functions.own_parameters import OwnParameters
from hypertemplate.compiler.markers.labels import assign_labels
from hypertemplate.compiler.module_markers import read_markers
from hypertemplate.compiler.project.own_state import OwnCode
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import NEWLINE, Part, Source, Span, offset_at, position
from hypertemplate.compiler.syntax.tree import parse
from hypertemplate.errors import CompileError
from hypertemplate.search.storage.snapshot import Kept


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """Place of a marker in a text; of one in a comment, that of the value that it marks.

    Attributes:
        start: offset of its first character.
        end: offset after its last one.
        labels: labels of the parameters that it draws, those of distributions inside it included.
    """

    start: int
    end: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedText:
    r"""Text of a file or a cell.

    Attributes:
        name: name for people, such as ``model.py``.
        text: the text, with ``\n`` at the ends of lines.
        places: its markers, in order.
    """

    name: str
    text: str
    places: tuple[MarkedPlace, ...]


def marked_texts(kept: Kept) -> tuple[MarkedText, ...]:
    """Return the files or cells of a study's present code; none where an earlier version stored no source."""
    source = kept.generations[-1].source if kept.generations else None
    if source is None:
        return ()
    known = {dimension.label for dimension in kept.study.space}
    labels: dict[Span, list[str]] = {}
    for span, label in _labelled(source, kept):
        if label in known:
            labels.setdefault(span, []).append(label)
    whole = [span for span in labels if not any(span != one and span.inside(one) for one in labels)]
    inside = {one: [label for span in labels if span.inside(one) for label in labels[span]] for one in whole}
    return tuple(
        _marked(part, [(span, tuple(inside[span])) for span in sorted(whole) if span.part == number])
        for number, part in enumerate(source.parts)
    )


def _labelled(source: Source, kept: Kept) -> Iterable[tuple[Span, str]]:
    """Return the markers of a source with their labels, as far as they are known without running it."""
    model, data = (
        name if isinstance(name := kept.options.get(which), str) else None for which in ("model", "data")
    )
    try:
        found = compile_source(source, model=model, data=data).space.parameters
    except CompileError:  # code in memory, which uses values that are no text
        return _written(source)
    # An earlier version of the compiler may have made other labels of the same markers.
    begun = [dimension.label for dimension in kept.study.space]
    labels = begun if len(begun) == len(found) else [parameter.label for parameter in found]
    return [(parameter.marker, label) for parameter, label in zip(found, labels, strict=True)]


def _written(source: Source) -> Iterator[tuple[Span, str]]:
    """Yield the markers of a source with the labels that they have if each of them is searched."""
    trees, _ = parse(source)
    module = build_module(trees)
    found = read_markers(module)
    by_part = {tree.part: tree for tree in trees}
    labels, _ = assign_labels(
        [(by_part[marker.span.part], marker, draw) for marker, draw in found.draws.items()],
        OwnParameters(module, OwnCode(source.beside, {})).name,
    )
    for marker, draw in found.draws.items():
        yield from ((marker.span, labels[one]) for one in draw.walk())


def _marked(part: Part, markers: list[tuple[Span, tuple[str, ...]]]) -> MarkedText:
    """Return a part with its markers; other lines are as the user wrote them."""
    read, wrote = NEWLINE.split(part.text), NEWLINE.split(part.original or part.text)
    ends = [(position(part.text, span.start), position(part.text, span.end)) for span, _ in markers]
    held = {line for first, last in ends for line in range(first.line, last.line + 1)}
    if len(read) == len(wrote):
        read = [
            mine if line in held else theirs
            for line, (mine, theirs) in enumerate(zip(read, wrote, strict=True), 1)
        ]
    text = "\n".join(read)
    places = [
        MarkedPlace(offset_at(text, first), offset_at(text, last), labels)
        for (first, last), (_, labels) in zip(ends, markers, strict=True)
    ]
    return MarkedText(part.name, text, tuple(places))
