"""Record of the values that setup makes in workers: those of the trials so far are compared with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypertemplate.codec import encode
from hypertemplate.errors import UsageError
from hypertemplate.runtime.data_files.digests.value_digest import value_digest
from hypertemplate.runtime.failures.plain_text import plain
from hypertemplate.runtime.protocol import ValueDigest
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.searched_template import CODE, Template
from hypertemplate.search.service.data_record import KEEPING, VERSION, times_changed, ways_on
from hypertemplate.search.service.live_record import OPTION, SETUP, difference, recorded
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.units import listed

_MADE_EMPTY: tuple[object, ...] = ([], {}, set())
_EMPTY = tuple(value_digest(one, lambda _: "") for one in _MADE_EMPTY)
"""Digests of containers that trials may fill: what setup makes empty has no data of its own."""


def check_setup(
    storage: MemoryStorage, request: SearchRequest, template: Template, values: Mapping[str, ValueDigest]
) -> tuple[str, ...]:
    """Check that setup has made the values that trials had from memory; return notes on those that differ.

    Those of a file alone are not compared with those of its earlier workers, each of which may draw its own.

    Args:
        storage: storage of the study; it is to keep what is there now.
        request: request of the user.
        template: template of the search.
        values: what the first worker has reported.

    Raises:
        UsageError: data differ, and the user has not said that the trials count all the same.
    """
    if not isinstance(storage, KEEPING) or template.live is not None:
        return ()
    differing: dict[str, str] = {}
    if storage.exists and any(trial.loss is not None for trial in storage.kept.study.trials):
        differing = _other_values(storage.kept, values)
    filled = [name for name in differing if values[name] in _EMPTY]
    others = [text for name, text in differing.items() if name not in filled]
    if others and not request.keep_trials:
        raise _refusal(others, request)
    live = recorded(storage.options)
    if live is None:
        storage.options[SETUP] = {name: encode(one) for name, one in values.items()}
    else:
        now = {name: values[name] for name in differing}
        storage.options[OPTION] = encode(replace(live, values={**live.values, **now}))
    if others:
        storage.options[VERSION] = times_changed(storage.options) + 1
    notes = [f"the trials so far ran with other values: {'; '.join(others)}"] if others else []
    return (*notes, *([f"{listed(filled)} had other contents in memory"] if filled else []))


def _other_values(kept: Kept, values: Mapping[str, ValueDigest]) -> dict[str, str]:
    """Return what setup has made otherwise than memory had it when a study was last run, in words by name."""
    live = recorded(kept.options)
    before = {} if live is None else live.values
    known = {name: one for name, one in before.items() if one.contents and one.kind not in CODE}
    return {
        name: difference(name, known[name], now)
        for name, now in sorted(values.items())
        if name in known and now.differs_from(known[name])
    }


def _refusal(others: list[str], request: SearchRequest) -> UsageError:
    ways, mentioned = ways_on(request)
    folder = plain(str(request.study))
    lines = [f"{folder}: setup does not make the values in memory that the trials of this study ran with"]
    lines += [f"  {line}" for line in others]
    return UsageError("\n".join([*lines, f"  {ways}"]), "keep_trials", mentioned)
