"""Conditions for resuming a study with a template and options, and the changes that prevent it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from hypertemplate.compiler.markers.call_text import call_text, range_text, spelled_option
from hypertemplate.compiler.markers.grammar import LOG_BOUNDED
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, Option, Parameter
from hypertemplate.compiler.program import Program
from hypertemplate.errors import UsageError
from hypertemplate.origin import DEFAULT
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study, TrialState

STATEMENTS = "statements"
"""Name of the option under which a study stores the statement of each label."""

_FRESH = "{fresh} moves the study aside and starts a new one"

NEW_STUDY = "start a new study: {folder} DIR, or {fresh}, which moves this one aside"
"""Ways out for a search that an existing study is not of."""


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one label.

    Attributes:
        label: label that changed.
        before: its distribution, or an empty string if it is new.
        after: likewise, empty if it is gone.
        moved: new label of its marker, where another label has its statement and distribution.
    """

    label: str
    before: str
    after: str
    moved: str = ""


def check_options(kept: Study, new: Study, folder: str, *, script: bool = False) -> None:
    """Reject options under which the stored trials would belong to another search.

    Args:
        kept: stored study.
        new: study as it would be resumed.
        folder: folder of the study.
        script: whether the template has no model function, and so returns nothing.

    Raises:
        UsageError: the seed, the objective or its direction differ; the message says how to start a new
            study.
    """
    unnamed = DEFAULT if script else "what the model returns"
    for what, before, after in (
        ("seed", kept.seed, new.seed),
        ("objective", kept.objective or unnamed, new.objective or unnamed),
        ("direction", _direction(kept) or _direction(new), _direction(new)),
    ):
        if before == after:
            continue
        text = f"this study's {what} is {before}, not {after}; keep it, or {NEW_STUDY}"
        if what == "direction":
            wanted = str(after).removesuffix("s")
            text = f"this study {before} {new.objective or unnamed}; to {wanted} it, {NEW_STUDY}"
        known = _reported(kept)
        if what == "objective" and known and new.objective not in (None, *known):
            text += f"; its trials report no {new.objective}, but {', '.join(known)}"
        raise UsageError(f"{folder}: {text}", what, ("folder", "fresh"))


def _reported(study: Study) -> list[str]:
    """Return the names of all numbers of a study's trials."""
    curves = (curve for trial in study.trials for curve in trial.curves)
    reported = (name for curve in curves for report in curve.reports for name in report.metrics)
    names = (name for trial in study.trials for name in (*trial.metrics, trial.origin.name))
    return sorted({*names, *reported} - {""})


def changes(kept: Kept, program: Program, statements: Mapping[str, str]) -> list[Change]:
    """Find the labels whose distribution or statement has changed since the start of the study.

    Args:
        kept: stored study.
        program: current template.
        statements: current statements of the markers, by label.
    """
    recorded = kept.options.get(STATEMENTS)
    old_statements = recorded if isinstance(recorded, Mapping) else {}
    before = {d.label: (shown(d), old_statements.get(d.label)) for d in kept.study.space}
    after = {p.label: (_shown_now(p), statements[p.label]) for p in program.space.parameters}
    found = []
    for label in dict.fromkeys([*before, *after]):
        old, new = before.get(label), after.get(label)
        if _same(old, new):
            continue
        moved = next((other for other, now in after.items() if now == old and before.get(other) != now), "")
        found.append(Change(label, old[0] if old else "", new[0] if new else "", moved))
    return found


def _same(old: tuple[str, str | None] | None, new: tuple[str, str | None] | None) -> bool:
    """Tell whether a label is unchanged; if only a run knows its numbers, its marker must be unchanged."""
    if old is None or new is None or old[1] != new[1]:
        return False
    return old[0] == new[0] or _unknown(new[0])


def labels_of(kept: Study, program: Program) -> dict[str, str]:
    """Map the labels of an unchanged template to those under which its study was started, where they differ.

    An earlier version may have made other labels of the same markers.
    """
    now = [parameter.label for parameter in program.space.parameters]
    begun = [dimension.label for dimension in kept.space]
    if kept.digest != program.digest or len(begun) != len(now) or begun == now:
        return {}
    return dict(zip(now, begun, strict=True))


def check_space(kept: Study, space: tuple[Dimension, ...], folder: str) -> None:
    """Reject a changed space of an unchanged template: what the template loads has changed.

    Raises:
        UsageError: the message shows what changed.
    """
    if same_space(kept.space, space):
        return
    before, after = ({d.label: shown(d) for d in one} for one in (kept.space, space))
    lines = [
        f"{folder}: the search space, as {kept.template} loads it, has changed since this study was started"
    ]
    lines += space_lines(before, after)
    raise UsageError("\n".join([*lines, f"  {_FRESH}"]), "fresh")


def space_lines(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Write each label whose distribution differs, by label, as it was and as it is."""
    labels = [label for label in dict.fromkeys([*before, *after]) if before.get(label) != after.get(label)]
    found = (Change(label, before.get(label, ""), after.get(label, "")) for label in labels)
    return [line for change in found for line in _change_lines(change)]


def resume_notes(kept: Study, template: str, backend: str | None) -> Iterator[str]:
    """Yield the notes on what differs where a study is resumed.

    Args:
        kept: stored study.
        template: current name of the template.
        backend: current backend of Keras; None without Keras.
    """
    if not same_file(kept, template):
        yield f"this study was started with {kept.template}"
    before = kept.versions.get("backend")
    if before is not None and backend is not None and before != backend:
        yield (
            f"Keras computes with {backend}, but the study ran with {before}: losses may differ; "
            f"set KERAS_BACKEND={before} to resume it as it was"
        )


def pruning_note(kept: Kept, method: str | None) -> Iterator[str]:
    """Yield the note on a study whose trials are stopped by another rule than before."""
    before = kept.options.get("prune")
    was, now = (None if one == "none" else one for one in (before, method))
    if kept.study.trials and was != now:
        so_far = f"were pruned by {was}" if was else "were not pruned"
        then = f"{now} prunes them" if now else "none is pruned"
        yield f"trials {so_far} until now; from now on, {then}"


def check_retry(kept: Kept | None, number: int, folder: str) -> None:
    """Check that a trial that is to run again has failed.

    Args:
        kept: stored study; None if there is none.
        number: number of the trial.
        folder: folder of the study.

    Raises:
        UsageError: the trial does not exist, or has not failed.
    """
    if kept is None:
        raise UsageError(f"{folder}: no such study")
    trials = {trial.number: trial for trial in (*kept.study.trials, *kept.running)}
    left_out = {trial.number: trial.left_out for trial in kept.study.left_out}
    if number in left_out:
        raise UsageError(f"{folder}: trial {number} is left out ({left_out[number]}), so it is not retried")
    if number not in trials:
        raise UsageError(f"{folder}: there is no trial {number}")
    state, original = trials[number].state, trials[number].equal_to
    if original is not None:
        raise UsageError(f"{folder}: trial {number} did not run: it is equal to trial {original}")
    if state not in (TrialState.FAILED, TrialState.RUNNING):
        raise UsageError(
            f"{folder}: trial {number} is {state.value.lower()}; only failed trials can be retried"
        )


def failed_trials(kept: Kept) -> tuple[int, ...]:
    """Return the numbers of the trials that failed."""
    ran = kept.study.without_equal.trials
    return tuple(trial.number for trial in ran if trial.state is TrialState.FAILED)


def same_file(kept: Study, template: str) -> bool:
    """Tell whether a template has the same file name as the study's first one, in whatever folder."""
    return kept.template.rpartition("/")[2] == template.rpartition("/")[2]


def refusal(
    kept: Kept,
    found: list[Change],
    folder: str,
    template: str,
    *,
    retry: bool = False,
    strict: bool = False,
) -> UsageError:
    """Build the error that says why a study is not resumed with a template, what changed, and what to do.

    Args:
        kept: stored study.
        found: results of `changes`.
        folder: folder of the study.
        template: current template.
        retry: whether only a trial of the study was to run again, so that no new study can be started.
        strict: whether the user wants the study to be resumed with unchanged code alone.
    """
    before = kept.study.template
    own = same_file(kept.study, template)
    changed = f"{folder}: {template} has changed since this study was started"
    lines = [changed if own else f"{folder} belongs to {before}, not to {template}"]
    if found:
        lines += [line for change in found for line in _change_lines(change)]
        way = "it cannot be resumed, because its search space has changed"
    else:
        lines.append("  the search space is unchanged, but other code has changed")
        way = "{keep_trials} resumes it and keeps the trials so far, which ran the old code"
    if strict:
        way = "{strict} resumes it with unchanged code only; without it, trials that no change reaches count"
    if retry:
        return _refusal(*lines, f"  {way}")
    if not own:
        keep = "" if found else "{keep_trials} resumes it with this file and keeps the trials so far; "
        begun = f"{{folder}} DIR names another folder, where {{from_study}} {folder} begins"
        return _refusal(*lines, f"  {keep}{begun} with the trials that count; {_FRESH}")
    return _refusal(*lines, f"  {way}; {_FRESH}")


def _refusal(*lines: str) -> UsageError:
    return UsageError("\n".join(lines), "keep_trials", ("fresh", "folder", "strict", "from_study"))


def _change_lines(change: Change) -> list[str]:
    if change.moved:
        return [f"  {change.label} is now {change.moved}: {change.before}"]
    if change.before == change.after:
        return [f"  {change.label} is now in another statement: {change.after}"]
    lines = [f"  - {change.label}: {change.before}"] if change.before else []
    return lines + ([f"  + {change.label}: {change.after}"] if change.after else [])


def shown(dimension: Dimension) -> str:
    """Write a dimension as a user would."""
    if dimension.options:
        options = ", ".join(spelled_option(option.text) for option in dimension.options)
        weights = f", {list(dimension.probabilities)}" if dimension.probabilities else ""
        return f"{dimension.distribution}([{options}]{weights})"
    if dimension.distribution in LOG_BOUNDED:
        return range_text(dimension)
    numbers = (f"{name}={_exact(value, name)}" for name, value in dimension.numbers.items())
    return f"{dimension.distribution}({', '.join(numbers)})"


def _exact(number: float, name: str) -> str:
    """Write a number as short as possible; ``1.0`` as a step does not make whole numbers, as ``1`` does."""
    short = f"{number:g}"
    return short if name != "q" and float(short) == number else repr(number)


def _shown_now(parameter: Parameter) -> str:
    """Write a parameter as a user would; as source text if only a run knows its numbers."""
    dimension = resolve_literal(parameter)
    if dimension is not None:
        return shown(dimension)
    return f"{call_text(parameter)} as loaded"


def _unknown(shown: str) -> bool:
    return shown.endswith(" as loaded")


def _direction(study: Study) -> str:
    return {True: "maximises", False: "minimises", None: ""}[study.maximize]


def same_space(left: tuple[Dimension, ...], right: tuple[Dimension, ...]) -> bool:
    """Tell whether every drawn value means the same to two workers."""
    return _without_objects(left) == _without_objects(right)


def changed_files(begun: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return a note on each file used by trials that has changed.

    Args:
        begun: digests by path at the start of the study.
        now: digests by path from a worker that has just loaded the program.
    """
    return tuple(
        f"{path} has changed since this study was started: trials before and after ran different code"
        for path, digest in now.items()
        if begun.get(path, digest) != digest
    )


def _without_objects(space: tuple[Dimension, ...]) -> list[Dimension]:
    """Return the space in one spelling, without the texts of objects, which may contain an address."""
    return [
        replace(
            dimension,
            options=tuple(
                Option(spelled_option(option.text) if option.literal else "", option.literal)
                for option in dimension.options
            ),
        )
        for dimension in space
    ]
