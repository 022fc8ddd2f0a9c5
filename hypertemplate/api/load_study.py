"""Loader of studies that ``hypertemplate run`` has written, for the user's own code."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

from hypertemplate.api.options import as_argument
from hypertemplate.api.prepared import Prepared, from_names
from hypertemplate.api.python_interface import run_once_more
from hypertemplate.api.tuned_study import Study
from hypertemplate.api.written_back import StudyCode
from hypertemplate.errors import NoModelError, UsageError
from hypertemplate.frontend import Read
from hypertemplate.runtime.kept_models.checkpoint import load_model
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.storage.models import not_kept
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import whole_study
from hypertemplate.search.stored_options import last_request
from hypertemplate.views.displays.once_more import OnceMore


def load_study(folder: str | os.PathLike[str]) -> Study:
    """Load the study that ``hypertemplate run`` has written to a folder, up to its last stored trial.

    None of its code runs, and nothing in the folder is changed, even while a search writes there.

    Args:
        folder: folder of the study, such as ``model.study``.

    Returns:
        The study. Its `Study.best_model` loads a kept model; its `Study.resume` names the command.

    Raises:
        UsageError: the folder has no study, or the study cannot be read completely.
    """
    place = Path(folder)
    kept = whole_study(place)

    def model(number: int, trust: bool) -> Any:
        ended = (*kept.study.trials, *kept.study.left_out)
        trial = next((one for one in ended if one.number == number), None)
        if trial is None:
            raise NoModelError(f"{place}: there is no trial {number}")
        path = kept.model_of(trial)
        if path is not None:
            return load_model(str(place / path), {}, trust=trust)
        if trial.equal_to is not None:
            return model(trial.equal_to, trust)
        count = kept.options.get("keep_models") or 1
        others = [one for one in kept.study.trials if one.number in kept.models]
        why = not_kept(trial, others, count if isinstance(count, int) else 1) or (
            f"trial {number} has no model: the template returned none under 'model', or it could not be "
            "saved, as the search has said"
        )
        raise NoModelError(f"{place}: {why}")

    def resume(max_evals: int | None) -> Study:
        if kept.options.get("template") == "":
            raise UsageError(
                f"{place}: its code was in memory: resume it with study={str(place)!r} in the call of tune "
                "or minimize that began it"
            )
        command = ["hypertemplate", "run", kept.study.template, "--study", str(place)]
        command += [] if max_evals is None else ["--max-evals", str(max_evals)]
        raise UsageError(f"{place}: resume it with the command that wrote it: {shlex.join(command)}")

    def confirm(top: int, repeats: int) -> Study:
        if kept.options.get("template") == "":
            raise UsageError(
                f"{place}: its code was in memory: confirm it with the study that tune or minimize returned"
            )
        command = ["hypertemplate", "confirm", str(place), "--top", str(top), "--repeats", str(repeats)]
        raise UsageError(f"{place}: confirm it with a command: {shlex.join(command)}")

    def once_more(template: Prepared, request: SearchRequest, once: OnceMore) -> Study:
        return run_once_more(template, request, as_argument, once, verbose=True)

    code = StudyCode(
        str(place),
        lambda: kept,
        lambda: _prepared(kept, place),
        lambda: _request(kept, place),
        once_more,
        place,
    )
    return Study(kept.study, model, resume, confirm, code)


def _prepared(kept: Kept, place: Path) -> Prepared:
    """Return the template as it is now; of code that was in memory, as the study has stored it."""
    stored = kept.generations[-1].source if kept.generations else None
    if kept.options.get("template") or stored is None:
        return from_names(last_request(kept.options, place)[1])
    model, data = (
        name if isinstance(name := kept.options.get(which), str) else None for which in ("model", "data")
    )
    return Prepared(Read(stored), model, data)


def _request(kept: Kept, place: Path) -> SearchRequest:
    """Return the options that a study ran with.

    Raises:
        UsageError: its code was in memory, so that nothing can run again here.
    """
    if kept.options.get("template") == "":
        raise UsageError(
            f"{place}: its code was in memory, so only the study that tune or minimize returned can run it "
            "again; source() is its text with the values in place"
        )
    return last_request(kept.options, place)[0]
