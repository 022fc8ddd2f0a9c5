"""Options of a study, as JSON in its database, with which it is resumed and retried."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypertemplate.errors import Spelling, UsageError
from hypertemplate.search.fixed_params import joined_fixed
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.resume import NEW_STUDY, same_file
from hypertemplate.search.samplers.enqueued import joined_points
from hypertemplate.search.samplers.hyperopt.sampler import algorithm_name
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import TrialState
from hypertemplate.units import duration, duration_text

FROM_STUDY, WHOLE_PATH = "template_from_study", "template_whole_path"
"""Names under which a study stores the path of its template: relative to its folder, and absolute."""

MACHINES = "machines"
"""Name under which a study stores what its runs ran on, a headline for each."""

_OF_FILE = ("template", "model", "data", "module", "arguments", "suggested", FROM_STUDY, WHOLE_PATH)
"""Names under which a study stores what its template in a file is."""

_SAME = (
    *("max_evals", "startup", "repeats", "seed", "maximize", "objective", "points"),
    *("accelerator", "per_gpu", "gpus_per_trial"),
    *(
        "mixed_precision",
        "jit",
        "oom_loss",
        "keep_models",
        "checkpoint",
        "prune",
        "prune_on",
        "prune_fit",
        "count_pruned",
        "rerun_equal",
        "early_stopping",
        "stop_at",
        "patience",
        "max_failures",
    ),
)
"""Options that are stored under the names and as the values that they have in a request."""

_DURATIONS = {"trial_timeout": "trial_timeout_s", "timeout": "timeout_s"}
"""Options that are stored as texts of durations, with their names in a request."""

_OTHERS = {"algo": "algorithm", "settings": "fixed", "memory_growth": "memory_growth_bytes"}
"""Names under which other options are stored, with their names in a request."""

_PRUNING = ("prune", "prune_on", "prune_fit", "count_pruned")
"""Options that say which trials are stopped early."""

COMPUTING = ("repeats", "mixed_precision", "jit", "gpus_per_trial", "oom_loss", "early_stopping")
"""Options that change the losses of trials, or the losses that the sampler is given."""


_NAMED = ("objective", "maximize", "seed", "settings", "arguments", *COMPUTING)
"""Options under which a search is another one, under the names that they are stored with."""


def stored(
    request: SearchRequest, template: TemplateNames, folder: Path, earlier: Kept | None = None
) -> dict[str, Any]:
    """Encode the options as JSON values for the study in `folder`, with the path of a template in a file.

    Args:
        request: options of this run.
        template: names that the user gave for the template.
        folder: folder of the study.
        earlier: study that is resumed; one of a file stays so where code in memory continues it.
    """
    options = {name: getattr(request, name) for name in _SAME}
    options |= {kept: getattr(request, name) for kept, name in _OTHERS.items()}
    for kept, name in _DURATIONS.items():
        seconds = getattr(request, name)
        options[kept] = None if seconds is None else duration_text(seconds)
    if request.algorithm is not None:
        options["algo"] = algorithm_name(request.algorithm)
    options["workers"] = None if request.workers is None else str(request.workers)
    options["study"] = str(folder)
    options |= {"template": template.path, "model": template.model, "data": template.data}
    options |= {"module": template.module, "arguments": template.arguments or None}
    options |= {"suggested": template.suggested}
    if template.path:
        place = os.path.realpath(template.path)
        options[FROM_STUDY] = os.path.relpath(place, os.path.realpath(folder))
        options[WHOLE_PATH] = place
    elif earlier is not None and earlier.options.get("template"):
        options |= {one: earlier.options.get(one) for one in _OF_FILE}
    plain: dict[str, Any] = json.loads(json.dumps(options))
    return plain


def resumed(
    request: SearchRequest, template: TemplateNames, kept: Kept, spell: Spelling
) -> tuple[SearchRequest, TemplateNames, str]:
    """Complete a request with the options of the study's last run that it lacks; describe them in a text.

    Only the options that define the search are added. Those that limit one run, or say how it runs, have to
    be given each time.

    Args:
        request: options of this run.
        template: names that the user gave for the template of this run.
        kept: study that is resumed.
        spell: function that spells an option in the text.
    """
    before: dict[str, Any] = dict(kept.options)
    pruning = () if request.prune == "none" else _PRUNING
    is_tpe = request.algorithm is None or algorithm_name(request.algorithm) == "tpe"
    learning = ("startup",) if is_tpe else ()
    again = _again(
        ("objective", "keep_models", "checkpoint", *pruning, *COMPUTING, *learning), request, before
    )
    named = _again(("model", "data"), template, before) if same_file(kept.study, template.path) else {}
    arguments = template.arguments or kept.arguments
    turned = {} if ":" in (request.objective or "") else _again(("maximize",), request, before)
    fixed = joined_fixed(before.get("settings", ()), request.fixed, kept.study.space)
    added = [one for one in fixed if one not in request.fixed]
    text = _said({**again, **named, **turned}, added, () if template.arguments else arguments, spell)
    points = joined_points(before.get("points", ()), request.points)
    whole = replace(template, **named, arguments=arguments)
    return replace(request, **again, **turned, fixed=fixed, points=points), whole, text


def is_corrected(request: SearchRequest, template: TemplateNames, kept: Kept, digest: str) -> bool:
    """Return True if a study has failed as a whole, and this request or template is not the one that failed.

    An option that is left out is another one only where a trial has failed with it.

    Args:
        request: options of this run, without those of the study.
        template: names that the user gave for the template of this run.
        kept: existing study.
        digest: digest of the current program.
    """
    trials = (*kept.study.trials, *kept.study.left_out)
    if kept.damage or any(trial.state is not TrialState.FAILED for trial in trials):
        return False
    now = stored(request, template, Path())
    left_out: tuple[object, ...] = () if trials else (None, False, [])
    return kept.study.digest != digest or any(
        now[name] != kept.options.get(name) and now[name] not in left_out for name in _NAMED
    )


def check_arguments(kept: Kept, given: tuple[str, ...], folder: str) -> None:
    """Reject other arguments of the template than those with which the stored trials ran.

    Args:
        kept: stored study.
        given: arguments of this run; without any, those of the study apply.
        folder: folder of the study.

    Raises:
        UsageError: they differ.
    """
    before = kept.arguments
    if given and given != before:
        with_these = f"with -- {shlex.join(before)}" if before else "without arguments of the template"
        text = f"{folder}: this study ran {with_these}, not with -- {shlex.join(given)}"
        raise UsageError(f"{text}; resume it as it ran, or {NEW_STUDY}", "", ("folder", "fresh"))


def _again(names: Iterable[str], given: object, before: Mapping[str, Any]) -> dict[str, Any]:
    """Pick the options that the study had set and that were not given for this run; ``--no-jit`` is given."""
    found = {name: before.get(name) for name in names}
    return {
        name: value
        for name, value in found.items()
        if not (value is None or value is False or (name in ("gpus_per_trial", "repeats") and value == 1))
        and (getattr(given, name) is None or (name == "maximize" and not getattr(given, name)))
    }


def _said(
    options: Mapping[str, object], fixed: list[str], arguments: tuple[str, ...], spell: Spelling
) -> str:
    said = [spell(name) + ("" if value is True else f" {value}") for name, value in options.items()]
    said += [f"{spell('fixed')} {text}" for text in fixed]
    said += [f"-- {shlex.join(arguments)}"] if arguments else []
    if not said:
        return ""
    end = f"; {spell('fixed')} {fixed[0].partition('=')[0]}= would search it again" if fixed else ""
    return f"options kept from the last run: {', '.join(said)}{end}"


def last_request(options: Mapping[str, Any], folder: Path) -> tuple[SearchRequest, TemplateNames]:
    """Restore the request that `stored` encoded for the study in `folder`, with the template's present path.

    Raises:
        UsageError: the request was not stored, or the template is not found.
    """
    if "template" not in options:
        raise UsageError(f"{folder}: this study does not record how it was run")
    known = {name: options[name] for name in _SAME if name in options}
    known |= {name: options[kept] for kept, name in _OTHERS.items() if kept in options}
    for kept, name in _DURATIONS.items():
        known[name] = None if options.get(kept) is None else duration(options[kept], kept)
    for name in ("fixed", "points"):
        known[name] = tuple(known.get(name, ()))
    workers = options.get("workers")
    known["workers"] = workers if workers in (None, "auto") else int(workers)
    functions = options.get("model"), options.get("data")
    arguments = tuple(options.get("arguments") or ())
    suggested = bool(options.get("suggested"))
    path, module = _template(options, folder), options.get("module", "")
    names = TemplateNames(path, *functions, module, arguments, suggested)
    return SearchRequest(**known, folder=folder), names


def _template(options: Mapping[str, object], folder: Path) -> str:
    """Find a study's template, even if it has moved together with the study."""
    typed, places = options.get("template"), _places(options, folder)
    if not typed:
        raise UsageError(
            f"{folder}: the code of this study was in the memory of Python or a notebook; resume it with "
            f"study={str(folder)!r} in the call of tune or minimize, or in a file: hypertemplate run FILE "
            f"--study {folder}; hypertemplate.load_study({str(folder)!r}).source() is the code with the best "
            "values"
        )
    if not places:
        return str(typed)
    found = next((place for place in places if place.exists()), None)
    if found is None:
        raise UsageError(
            f"{folder}: the template of this study no longer exists: {places[-1]}; put it back there, or in "
            "the place that it had beside the study, or name its new place once: hypertemplate run FILE "
            f"--study {folder}; hypertemplate show {folder} works without it"
        )
    place = os.path.realpath(found)
    return str(typed) if os.path.realpath(str(typed)) == place else _from_here(place)


def _places(options: Mapping[str, object], folder: Path) -> tuple[Path, ...]:
    """Return the places where a template may be: where it was beside its study, and where it was at all."""
    from_study, whole = options.get(FROM_STUDY), options.get(WHOLE_PATH)
    if not isinstance(from_study, str) or not isinstance(whole, str):
        return ()
    return Path(os.path.realpath(folder), from_study), Path(whole)


def is_gone(options: Mapping[str, object], folder: Path) -> bool:
    """Tell whether the file of a study's template is known, and nowhere any more."""
    places = _places(options, folder)
    return bool(places) and not any(place.exists() for place in places)


def place_of(options: Mapping[str, object]) -> dict[str, object]:
    """Return the options that say where a template's file is; none for code in memory."""
    return {name: options[name] for name in ("template", FROM_STUDY, WHOLE_PATH) if name in options}


def _from_here(place: str) -> str:
    """Write a path relative to the working folder, if it is below that."""
    below = Path(place).is_relative_to(Path.cwd())
    return os.path.relpath(place) if below else place
