"""Search functions and error handlers of codecs, of which Python keeps no list: registrations are noted."""

from __future__ import annotations

import codecs
import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.patch import Undo, replace
from hypertemplate.runtime.settings.setting_kinds import Setting, changed_keys, new_items

_searches: list[Callable[[str], Any]] = []
_first_handlers: dict[str, Callable[[UnicodeError], Any]] = {}
"""Handlers that names had before code registered others."""


def notice_registrations() -> Undo:
    """Note what code registers from now on; return a function that ends this."""
    register, unregister, register_error = codecs.register, codecs.unregister, codecs.register_error

    @functools.wraps(register)
    def note_search(search: Callable[[str], Any], /) -> None:
        register(search)
        _searches.append(search)

    @functools.wraps(unregister)
    def forget_search(search: Callable[[str], Any], /) -> None:
        unregister(search)
        _searches[:] = [one for one in _searches if one is not search]

    @functools.wraps(register_error)
    def note_handler(name: str, handler: Callable[[UnicodeError], Any], /) -> None:
        before = _handler(name)
        register_error(name, handler)
        _first_handlers.setdefault(name, before)

    undo = [
        replace(codecs, "register", note_search),
        replace(codecs, "unregister", forget_search),
        replace(codecs, "register_error", note_handler),
    ]

    def take_out() -> None:
        while undo:
            undo.pop()()

    return take_out


def _handler(name: str) -> Callable[[UnicodeError], Any]:
    """Return the handler of a name; for a name without one, a function that raises what Python would."""
    try:
        return codecs.lookup_error(name)
    except LookupError as error:
        return functools.partial(_raise, str(error))


def _raise(message: str, error: UnicodeError) -> Any:
    raise LookupError(message) from error


def _set_searches(module: ModuleType, value: Any) -> None:
    for search in [one for one in _searches if one not in value]:
        module.unregister(search)
        _searches[:] = [one for one in _searches if one is not search]
    for search in [one for one in value if one not in _searches]:
        module.register(search)
        if search not in _searches:
            _searches.append(search)


def _handlers(module: ModuleType) -> Any:
    return {name: module.lookup_error(name) for name in _first_handlers}


def _set_handlers(module: ModuleType, value: Any) -> None:
    for name, first in _first_handlers.items():
        module.register_error(name, value.get(name, first))


CODECS = (
    Setting("codecs", lambda module: tuple(_searches), _set_searches, new_items),
    Setting("codecs", _handlers, _set_handlers, changed_keys),
)
