"""Markers of a module: where they are, the calls in them, and what is wrong with them."""

from __future__ import annotations

from typing import NamedTuple

from hypertemplate.compiler.checks.bare_draws import bare_draws
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, Severity
from hypertemplate.compiler.markers.calls import NATIVE_MODULES, CallReader
from hypertemplate.compiler.markers.comments.frozen_marker import frozen_marker
from hypertemplate.compiler.markers.comments.near_misses import near_misses
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.markers.invalid_markers import single_braces
from hypertemplate.compiler.markers.marker import Marker, find_markers
from hypertemplate.compiler.syntax.hyperas_imports import is_replaced
from hypertemplate.compiler.syntax.source import Span

_NATIVE_PATHS = frozenset(
    ["hyperas", "hyperas.distributions", "hyperopt.hp", "hypertemplate", "hypertemplate.distributions"]
)


class ModuleMarkers(NamedTuple):
    """Markers of all parts of a module.

    Attributes:
        markers: markers in source order.
        draws: the call in each marker; markers with an error in their call are missing.
        found: errors in them.
    """

    markers: tuple[Marker, ...]
    draws: dict[Marker, DrawCall]
    found: list[Diagnostic]


def read_markers(module: Module) -> ModuleMarkers:
    """Return the markers of all parts, the calls in them, and the errors in them."""
    markers: list[Marker] = []
    draws: dict[Marker, DrawCall] = {}
    found: list[Diagnostic] = []
    foreign = _foreign(module)
    native = NATIVE_MODULES | {name for name, path in module.aliases.items() if path in _NATIVE_PATHS}
    renamed = _renamed(module)
    for tree in module.trees:
        here, problems = find_markers(tree, renamed)
        reader = CallReader(tree, foreign, native, renamed)
        for marker in here:
            draw = reader.read(marker.call, marker.distribution)
            if draw is not None:
                draws[marker] = draw
        found += single_braces(tree, frozenset(SIGNATURES) - foreign)
        found += bare_draws(module, tree, renamed)
        found += near_misses(tree, renamed)
        markers += here
        # Below the file's own search, no marker counts.
        above = [d for d in tree.comments.found if d.span is None or d.span.end <= len(tree.text)]
        found += [*above, *problems, *reader.found]
    frozen = frozen_marker(module.trees)
    found += [] if frozen is None else [frozen]
    return ModuleMarkers(tuple(markers), draws, found)


def _renamed(module: Module) -> dict[str, str]:
    """Map the names that imports give to distributions to the distributions: ``u`` of ``uniform as u``."""
    paths = {alias: path.rpartition(".") for alias, path in module.aliases.items()}
    return {
        alias: name
        for alias, (origin, _, name) in paths.items()
        if origin in _NATIVE_PATHS and name in SIGNATURES and alias != name
    }


def _foreign(module: Module) -> frozenset[str]:
    """Return the names of distributions that the module binds to something else."""
    return frozenset(
        name
        for name in SIGNATURES
        for statement in module.binders.get(name, ())
        if not is_replaced(statement.node) and module.aliases.get(name, "").split(".")[0] != "hyperopt"
    )


def places_of(marked: ModuleMarkers) -> tuple[Span, ...]:
    """Return where a module has markers, be they valid or not."""
    wrong = (d.span for d in marked.found if d.code.is_of_markers and d.severity is Severity.ERROR)
    return (*(marker.span for marker in marked.markers), *filter(None, wrong))


def has_markers(markers: tuple[Marker, ...], found: list[Diagnostic]) -> bool:
    """Tell whether a template has markers, be they valid or not."""
    return bool(markers) or any(d.code.is_of_markers and d.severity is Severity.ERROR for d in found)
