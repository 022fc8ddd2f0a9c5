"""Whether a study may go on with a template and settings, and what has changed where it may not; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypertemplate.compiler.program import Program
from hypertemplate.compiler.resolve import resolve_literal
from hypertemplate.compiler.space import Dimension, Parameter
from hypertemplate.errors import UsageError
from hypertemplate.search.kept import Kept
from hypertemplate.search.rules import same_space
from hypertemplate.search.study import Study

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


def check_settings(kept: Study, plan: Study, folder: str) -> None:
    """Refuse settings under which the trials so far would not be of the same search.

    Raises:
        UsageError: the seed, the objective or its direction differ; the message says how to begin anew.
    """
    for what, before, after in (
        ("seed", kept.seed, plan.seed),
        ("objective", kept.objective or "what the model returns", plan.objective or "what the model returns"),
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
        if old == new or (old is not None and new is not None and _unknown(new[0]) and old[1] == new[1]):
            continue
        moved = next((other for other, now in after.items() if now == old and before.get(other) != now), "")
        found.append(Change(label, old[0] if old else "", new[0] if new else "", moved))
    return found


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
    raise UsageError("\n".join([*lines, "  --fresh begins anew (what is there is kept aside)"]))


def refusal(kept: Kept, found: list[Change], folder: str, template: str) -> str:
    """Why a template that changed is not searched on, what changed, and the ways on."""
    lines = [f"{folder}: {template} has changed since this study was begun"]
    if not found:
        lines.append("  the search space is the same; other code is not")
        way = "--continue-changed goes on with the trials so far, which ran the old code"
    else:
        lines += [line for change in found for line in _change_lines(change)]
        way = "it cannot go on, since its trials are of another search space"
    return "\n".join([*lines, f"  --fresh begins anew (what is there is kept aside); {way}"])


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
        options = ", ".join(" ".join(option.text.split()) for option in dimension.options)
        weights = f", {list(dimension.probabilities)}" if dimension.probabilities else ""
        return f"{dimension.distribution}([{options}]{weights})"
    numbers = ", ".join(f"{name}={_exact(value)}" for name, value in dimension.numbers.items())
    return f"{dimension.distribution}({numbers})"


def _exact(number: float) -> str:
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


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
