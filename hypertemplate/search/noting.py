"""What is said once in a search, however often it is so."""

from __future__ import annotations

from collections.abc import Iterable

from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.rules import once


class Notes:
    """Passes notes on to an observer, each once: what differs from trial to trial does not count.

    Args:
        observer: hears of them.
    """

    def __init__(self, observer: SearchObserver) -> None:
        self._observer = observer
        self._told: set[str] = set()

    def tell(self, texts: Iterable[str]) -> None:
        """Pass on what has not been said yet."""
        for text in texts:
            if (gist := once(text)) not in self._told:
                self._told.add(gist)
                self._observer.note(text)
