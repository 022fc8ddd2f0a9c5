"""What the tests of values written back share: a template with values, as text."""

from __future__ import annotations

from collections.abc import Mapping

from hypertemplate.compiler.diagnostics.edit import edited
from hypertemplate.compiler.markers.resolve import resolve
from hypertemplate.compiler.markers.search_space import Argument, Dimension
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.compiler.tuned_source.tuned_edits import TunedEdits, default_edits, plain_edits
from hypertemplate.compiler.tuned_source.tuned_values import TunedValues, parameters
from tests.compiler.support import Text, analysis, source

NAMES = {"SIZES": [8, 16, 32], "WEIGHTED": [(0.5, "a"), (0.5, "b")], "LOW": 0, "HIGH": 9, "LIMIT": 9}
"""Values of the names in bounds and lists that templates of tests have."""


def _value(argument: Argument) -> object:
    return eval(argument.value or argument.text, dict(NAMES))


def _numbers(params: Mapping[str, object], space: Mapping[str, Dimension]) -> dict[str, float]:
    """Parameters with options by their source texts, as numbers."""
    found: dict[str, float] = {}
    for label, value in params.items():
        texts = [option.text for option in space[label].options]
        found[label] = texts.index(value) if isinstance(value, str) else value  # type: ignore[assignment]
    return found


def values_of(
    text: Text, params: Mapping[str, object], unread: tuple[str, ...] = (), model: str | None = None
) -> TunedValues:
    """Values of a trial of a template; options by their source texts."""
    space = {label: resolve(one, _value) for label, one in parameters(analysis(text, model=model)).items()}
    return TunedValues(_numbers(params, space), space, frozenset(unread))


def tuned(
    text: Text,
    params: Mapping[str, object],
    *,
    plain: bool,
    unread: tuple[str, ...] = (),
    model: str | None = None,
) -> tuple[TunedEdits, str]:
    """The edits that put values into a template, and the last part with them."""
    whole = text if isinstance(text, Source) else source(text)
    known = analysis(whole, model=model)
    values = values_of(whole, params, unread, model)
    found = plain_edits(whole, known, values, 0.5) if plain else default_edits(known, values)
    last = len(whole.parts) - 1
    return found, edited(whole.parts[last].text, [e for e in found.edits if e.span.part == last])


def plain_text(text: Text, unread: tuple[str, ...] = (), /, **params: object) -> str:
    """A template as ordinary code with values."""
    return tuned(text, params, plain=True, unread=unread)[1]


def written_text(text: Text, unread: tuple[str, ...] = (), /, **params: object) -> str:
    """A template whose markers have values as their defaults."""
    return tuned(text, params, plain=False, unread=unread)[1]
