"""Whether a study may go on with a template and settings, and what has changed where it may not; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypertemplate.compiler.emit.fingerprint import spelled_option
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, Parameter
from hypertemplate.compiler.program import Program
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study
from hypertemplate.search.trial_rules import same_space

STATEMENTS = "statements"
"""The option under which a study keeps the statement of each label."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one label.

    Attributes:
        label: the label.
        before: its distribution, or an empty string where it is new.
        after: likewise, empty where it is gone.
        moved: the label that its marker has now, where another one has its statement and distribution.
    """

    label: str
    before: str
    after: str
    moved: str = ""


def check_settings(kept: Study, plan: Study, folder: str, *, script: bool = False) -> None:
    """Refuse settings under which the trials so far would not be of the same search.

    Args:
        kept: the study so far.
        plan: the study as it is to go on.
        folder: where it is.
        script: whether the template is one without a model function, which returns nothing.

    Raises:
        UsageError: the seed, the objective or its direction differ; the message says how to begin anew.
    """
    unnamed = "val_loss of the last fit" if script else "what the model returns"
    for what, before, after in (
        ("seed", kept.seed, plan.seed),
        ("objective", kept.objective or unnamed, plan.objective or unnamed),
        ("direction", _direction(kept), _direction(plan)),
    ):
        if before != after:
            raise UsageError(
                f"{folder}: this study's {what} is {before}, not {after}; "
                "go on with that, or begin anew with --fresh"
            )


def changes(kept: Kept, program: Program, statements: Mapping[str, str]) -> list[Change]:
    """The labels whose distribution or statement is another than when the study was begun.

    Args:
        kept: the study.
        program: the template as it is now.
        statements: label to the statement of its marker, as it is now.
    """
    recorded = kept.options.get(STATEMENTS)
    old_statements = recorded if isinstance(recorded, Mapping) else {}
    before = {d.label: (_shown(d), old_statements.get(d.label)) for d in kept.study.space}
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
    """Whether a label is the same; where only a run knows its numbers, its marker must be."""
    if old is None or new is None or old[1] != new[1]:
        return False
    return old[0] == new[0] or _unknown(new[0])


def check_space(kept: Study, space: tuple[Dimension, ...], folder: str) -> None:
    """Refuse a space that is another one although the template is the same: what it loads has changed.

    Raises:
        UsageError: the message shows what changed.
    """
    if same_space(kept.space, space):
        return
    before, after = ({d.label: _shown(d) for d in one} for one in (kept.space, space))
    labels = [label for label in dict.fromkeys([*before, *after]) if before.get(label) != after.get(label)]
    found = [Change(label, before.get(label, ""), after.get(label, "")) for label in labels]
    lines = [
        f"{folder}: the search space, as {kept.template} loads it, has changed since this study was begun"
    ]
    lines += [line for change in found for line in _change_lines(change)]
    raise UsageError("\n".join([*lines, "  run --fresh begins anew (what is there is kept aside)"]))


def same_file(kept: Study, template: str) -> bool:
    """Whether a template has the name of the one that a study was begun with, in whatever folder."""
    return kept.template.rpartition("/")[2] == template.rpartition("/")[2]


def refusal(kept: Kept, found: list[Change], folder: str, template: str, *, retry: bool = False) -> str:
    """Why a template that changed is not searched on, what changed, and the ways on.

    Args:
        kept: the study.
        found: what `changes` found.
        folder: where the study is.
        template: the template that is there now.
        retry: whether only a trial of the study was to run again, and nothing can begin anew.
    """
    before = kept.study.template
    own = same_file(kept.study, template)
    what = f"{template} has changed since this study was begun"
    lines = [f"{folder}: {what if own else f'belongs to {before}, and {template} is another template'}"]
    if found:
        lines += [line for change in found for line in _change_lines(change)]
        way = "it cannot go on, since its trials are of another search space"
    else:
        lines.append("  the search space is the same; other code is not")
        way = "--continue-changed goes on with the trials so far, which ran the old code"
    fresh = "--fresh begins anew (what is there is kept aside)"
    if retry:
        return "\n".join([*lines, f"  {way}"])
    if not own:
        return "\n".join([*lines, f"  --study DIR names another folder; {fresh}"])
    return "\n".join([*lines, f"  {fresh}; {way}"])


def _change_lines(change: Change) -> list[str]:
    if change.moved:
        return [f"  {change.label} is now {change.moved}: {change.before}"]
    if change.before == change.after:
        return [f"  {change.label} stands in another statement: {change.after}"]
    lines = [f"  - {change.label}: {change.before}"] if change.before else []
    return lines + ([f"  + {change.label}: {change.after}"] if change.after else [])


def _shown(dimension: Dimension) -> str:
    """A dimension as one would write it."""
    if dimension.options:
        options = ", ".join(spelled_option(option.text) for option in dimension.options)
        weights = f", {list(dimension.probabilities)}" if dimension.probabilities else ""
        return f"{dimension.distribution}([{options}]{weights})"
    numbers = (f"{name}={_exact(value, name)}" for name, value in dimension.numbers.items())
    return f"{dimension.distribution}({', '.join(numbers)})"


def _exact(number: float, name: str) -> str:
    """A number as short as it can be; a step of ``1.0`` does not make whole numbers, as one of ``1`` does."""
    short = f"{number:g}"
    return short if name != "q" and float(short) == number else repr(number)


def _shown_now(parameter: Parameter) -> str:
    """A parameter as one would write it; with its source text where only a run knows its numbers."""
    dimension = resolve_literal(parameter)
    if dimension is not None:
        return _shown(dimension)
    return (
        f"{parameter.distribution}({', '.join(argument.text for argument in parameter.arguments)}) as loaded"
    )


def _unknown(shown: str) -> bool:
    return shown.endswith(" as loaded")


def _direction(study: Study) -> str:
    return "to be maximised" if study.maximize else "to be minimised"
