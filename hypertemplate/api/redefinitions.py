"""Functions and files that are no longer as a search has read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import FunctionType

from hypertemplate.api.prepared import Prepared
from hypertemplate.errors import ReadError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.live.functions import innermost
from hypertemplate.runtime.own_code import is_own_function
from hypertemplate.search.searched_template import code_text


def redefined(prepared: Prepared, live: Iterable[str]) -> Iterator[str]:
    """Yield each function of a template, or its file, that has another text now.

    Args:
        prepared: template as it was read.
        live: names that its program takes from memory.
    """
    if prepared.path and _has_changed(prepared):
        yield prepared.path
    named = [(name, prepared.values[name]) for name in live if name in prepared.values]
    given = [(getattr(innermost(one), "__name__", ""), one) for one in prepared.given]
    for name, value in dict([*named, *given]).items():
        before = innermost(value)
        if isinstance(before, FunctionType) and is_own_function(before):
            now = innermost(before.__globals__.get(name))
            if isinstance(now, FunctionType) and code_text(now.__code__) != code_text(before.__code__):
                yield f"{name}()"


def _has_changed(prepared: Prepared) -> bool:
    """Tell whether the file of a template has another text, or is gone."""
    try:
        now = read_template(prepared.path).source.parts
    except ReadError:
        return True
    return [part.text for part in now] != [part.text for part in prepared.read.source.parts[-len(now) :]]
