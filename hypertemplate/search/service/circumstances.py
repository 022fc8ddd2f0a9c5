"""Circumstances of trials: what beside the template decides their results, as far as it can be told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from hypertemplate.runtime.protocol import Ready
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.searched_template import Template
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.stored_options import COMPUTING

OPTION = "circumstances"
"""Name of the option under which a study stores their digest."""


def circumstances(request: SearchRequest, template: Template, ready: Ready, data_version: int = 0) -> str:
    """Return the digest of options that change losses, of libraries, files, and values in memory.

    Args:
        request: request, completed with the options of the study.
        template: template of the search.
        ready: report of the first worker.
        data_version: how often the study was resumed with other data.
    """
    options = {
        name: getattr(request, name) for name in COMPUTING if name != "repeats"
    }  # trials have their own
    told: list[object] = [options, sorted(ready.versions.items()), sorted(ready.files.items())]
    told.append(template.values_digest)
    told += [data_version] if data_version else []
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def begin_under(storage: SqliteStorage, now: str) -> None:
    """Begin a new generation under other circumstances: no trial of the others is equal to one of it.

    Args:
        storage: storage of the study; `create` follows.
        now: digest of the present circumstances.
    """
    storage.options[OPTION] = now
    if not storage.exists or storage.kept.options.get(OPTION) == now:
        return
    kept = storage.kept
    if kept.generations and kept.study.generation > kept.generations[-1].number:
        return  # the code has changed, too
    number = kept.study.generation + 1
    # A trial that has had some of its runs begins anew: a mean over both circumstances would say nothing.
    running = tuple(
        replace(trial, generation=number, runs=(), curves=() if trial.runs else trial.curves)
        for trial in kept.running
    )
    storage.renew(replace(kept, study=replace(kept.study, generation=number), running=running))
