"""Names of parameters and options where room is short: what tells them apart stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from hypertemplate.views.text import cut

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

_CALL = re.compile(r"(\w+)\(.+\)$", re.DOTALL)


def cut_name(name: str, width: int) -> str:
    """Return the end of a name, which says more than its beginning: ``learning_rate`` after an ellipsis."""
    if len(name) <= width:
        return name
    tail = name[-max(1, width - 1) :]
    first = re.search(r"[._]", tail[: len(tail) // 2])
    return ELLIPSIS + (tail[first.end() :] if first is not None else tail)


def cut_options(texts: Sequence[str], width: int) -> tuple[str, ...]:
    """Return short texts of the options of a choice: a long call is its function, if no other calls it."""
    called = Counter(found[1] for text in texts if (found := _CALL.match(text)))

    def short(text: str) -> str:
        found = _CALL.match(text)
        if len(text) > width and found is not None and called[found[1]] == 1:
            return cut(f"{found[1]}({ELLIPSIS})", width)
        return cut(text, width)

    return tuple(map(short, texts))
