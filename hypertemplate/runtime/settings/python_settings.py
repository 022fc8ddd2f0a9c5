"""Settings of Python and its standard library."""

from __future__ import annotations

import contextlib
import logging
import os
import reprlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from hypertemplate.runtime.own_code import is_own_module_name
from hypertemplate.runtime.settings.setting_kinds import Setting, attributes, changed_keys, new_items, pair


def _filters(module: ModuleType) -> Any:
    return tuple(module.filters)


def _set_filters(module: ModuleType, value: Any) -> None:
    module.filters[:] = value
    # Python keeps what the filters have let through.
    module._filters_mutated() if hasattr(module, "_filters_mutated") else module._filters_mutated_lock_held()


def _environment(module: ModuleType) -> Any:
    return dict(os.environ)


def _set_environment(module: ModuleType, value: Any) -> None:
    zone = os.environ.get("TZ")
    for name in [name for name in os.environ if name not in value]:
        del os.environ[name]
    os.environ.update({name: text for name, text in value.items() if os.environ.get(name) != text})
    if os.environ.get("TZ") != zone:
        time.tzset()


def _folder(module: ModuleType) -> Any:
    with contextlib.suppress(OSError):  # it was removed
        return os.getcwd()  # noqa: PTH109 - compared as a text
    return None


def _set_folder(module: ModuleType, value: Any) -> None:
    if value is not None:
        with contextlib.suppress(OSError):
            os.chdir(value)


def _search_path(module: ModuleType) -> Any:
    return tuple(module.path)


def _set_search_path(module: ModuleType, value: Any) -> None:
    module.path[:] = value


def _arguments(module: ModuleType) -> Any:
    return tuple(module.argv)


def _set_arguments(module: ModuleType, value: Any) -> None:
    module.argv[:] = value


def _file_mode(module: ModuleType) -> Any:
    # Only setting it tells it; what other threads make meanwhile is the user's alone.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _set_file_mode(module: ModuleType, value: Any) -> None:
    os.umask(value)


_CONTEXT = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
_SIGNALS = ("traps", "flags")


def _decimal(module: ModuleType) -> Any:
    context = module.getcontext()
    plain = {name: getattr(context, name) for name in _CONTEXT}
    return plain | {name: dict(getattr(context, name)) for name in _SIGNALS}


def _set_decimal(module: ModuleType, value: Any) -> None:
    context = module.getcontext()
    for name in _CONTEXT:
        setattr(context, name, value[name])
    for name in _SIGNALS:
        getattr(context, name).update(value[name])


def _locale(module: ModuleType) -> Any:
    return module.setlocale(module.LC_ALL)


def _set_locale(module: ModuleType, value: Any) -> None:
    module.setlocale(module.LC_ALL, value)


def _collection(module: ModuleType) -> Any:
    return module.isenabled(), module.get_threshold()


def _set_collection(module: ModuleType, value: Any) -> None:
    enabled, thresholds = value
    module.set_threshold(*thresholds)
    (module.enable if enabled else module.disable)()


def _most_digits(module: ModuleType) -> Any:
    return module.get_int_max_str_digits() if hasattr(module, "get_int_max_str_digits") else None


def _set_most_digits(module: ModuleType, value: Any) -> None:
    module.set_int_max_str_digits(value)


def _time_zones(module: ModuleType) -> Any:
    return tuple(module.TZPATH)


def _set_time_zones(module: ModuleType, value: Any) -> None:
    module.reset_tzpath(value)


_SIZES = tuple(name for name, value in vars(reprlib.Repr()).items() if type(value) in (int, str))
"""Attributes of what shortens the texts of values."""

_OURS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD})


def _handlers(module: ModuleType) -> Any:
    return {number: signal.getsignal(number) for number in signal.Signals if number not in _OURS}


def _set_handlers(module: ModuleType, value: Any) -> None:
    if threading.current_thread() is not threading.main_thread():
        return  # Python refuses
    for number, handler in value.items():
        # One that was not set from Python cannot be set from there either.
        if handler is not None and signal.getsignal(number) != handler:
            signal.signal(number, handler)


def _timer(module: ModuleType) -> Any:
    return signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _stop_timer(module: ModuleType, value: Any) -> None:
    if not value:
        signal.setitimer(signal.ITIMER_REAL, 0)


_LOGGING = frozenset({"asyncio", "concurrent", "multiprocessing"})
"""Modules of the standard library that make loggers."""

_NEW = (logging.NOTSET, True, False, (), ())
"""Level, propagation, being disabled, handlers with their levels and records, and filters of a new logger."""


def _of_logger(logger: logging.Logger) -> Any:
    handlers = tuple((handler, handler.level, _kept_by(handler)) for handler in logger.handlers)
    return logger.level, logger.propagate, logger.disabled, handlers, tuple(logger.filters)


def _kept_by(handler: logging.Handler) -> tuple[Any, ...]:
    """Return the records that a handler has not handed on yet."""
    kept = getattr(handler, "buffer", None)
    return tuple(kept) if type(kept) is list else ()


def _loggers(module: ModuleType) -> Any:
    every = logging.root.manager.loggerDict
    there = {name: _of_logger(one) for name, one in every.items() if isinstance(one, logging.Logger)}
    return there | {"": _of_logger(logging.root), None: (logging.root.manager.disable,)}


def _set_loggers(module: ModuleType, value: Any) -> None:
    for name, state in _loggers(module).items():
        wanted = value.get(name, _NEW)
        if wanted == state or (name not in value and _is_librarys(name)):
            continue
        if name is None:
            logging.disable(wanted[0])
            continue
        logger = logging.getLogger(name)
        logger.setLevel(wanted[0])
        logger.propagate, logger.disabled = wanted[1:3]
        logger.handlers[:] = [handler for handler, _, _ in wanted[3]]
        logger.filters[:] = wanted[4]
        for handler, level, kept in wanted[3]:
            handler.setLevel(level)
            if kept != _kept_by(handler):
                vars(handler)["buffer"] = list(kept)


def _is_librarys(name: str | None) -> bool:
    """Tell whether a logger is made by a library, which knows whether it has made it."""
    package = (name or "").partition(".")[0]
    if package in sys.stdlib_module_names - _LOGGING or package not in sys.modules:
        return False  # people name theirs so: ``test``, ``code``
    return not is_own_module_name(package)


def _start_method(module: ModuleType) -> Any:
    return module.get_start_method(allow_none=True)


def _set_start_method(module: ModuleType, value: Any) -> None:
    module.set_start_method(value, force=True)


@contextlib.contextmanager
def same_streams() -> Iterator[None]:
    """Restore ``sys.stdout`` and the like after this context: in between, a display may have its own."""
    before = sys.stdin, sys.stdout, sys.stderr
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


PYTHON_SETTINGS = (
    Setting("os", _environment, _set_environment, changed_keys),
    Setting("os", _folder, _set_folder),
    Setting("os", _file_mode, _set_file_mode),
    Setting("sys", _search_path, _set_search_path, new_items),
    Setting("sys", _arguments, _set_arguments),
    attributes("sys", "displayhook", "excepthook", "tracebacklimit"),
    pair("sys", "getrecursionlimit", "setrecursionlimit"),
    pair("sys", "getswitchinterval", "setswitchinterval"),
    Setting("sys", _most_digits, _set_most_digits),
    Setting("warnings", _filters, _set_filters, new_items),
    attributes("warnings", "showwarning", "formatwarning"),
    Setting("logging", _loggers, _set_loggers, changed_keys),
    attributes("logging", "raiseExceptions"),
    Setting("gc", _collection, _set_collection),
    Setting("signal", _handlers, _set_handlers),
    Setting("signal", _timer, _stop_timer),
    Setting("decimal", _decimal, _set_decimal),
    Setting("locale", _locale, _set_locale),
    pair("socket", "getdefaulttimeout", "setdefaulttimeout"),
    pair("csv", "field_size_limit", "field_size_limit"),
    pair("threading", "stack_size", "stack_size"),
    Setting("multiprocessing", _start_method, _set_start_method),
    attributes("tempfile", "tempdir"),
    pair("calendar", "firstweekday", "setfirstweekday"),
    Setting(
        "zoneinfo", lambda module: tuple(module.TZPATH), lambda module, value: module.reset_tzpath(value)
    ),
    attributes("reprlib", *_SIZES, of="aRepr"),
    attributes("urllib.request", "_opener"),
    attributes("fileinput", "_state"),
)
