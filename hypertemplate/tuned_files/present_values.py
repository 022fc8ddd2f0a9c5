"""Values of a trial under the labels of the present template, which may have changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.edits.changes import Edits
from hypertemplate.compiler.edits.source_edits import edits_between
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, Parameter
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.compiler.syntax.tree import parse
from hypertemplate.compiler.tuned_source.tuned_values import TunedValues, parameters
from hypertemplate.errors import UsageError
from hypertemplate.search.generations.judgement import moved
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.study import TrialState
from hypertemplate.tuned_files.chosen_trial import ChosenTrial
from hypertemplate.units import counted

MOST_CHANGES = 5
"""Most changes of code that are told one by one."""


@dataclass(frozen=True, slots=True)
class PresentValues:
    """Values of a trial for the present template.

    Attributes:
        values: the values.
        notes: what else has changed, a line each.
    """

    values: TunedValues
    notes: tuple[str, ...] = ()


def present_values(
    source: Source,
    analysis: Analysis,
    names: TemplateNames,
    chosen: ChosenTrial,
    memory: Memory | None = None,
    earlier_data: str | None = None,
) -> PresentValues:
    """Return the values of a trial for a template; one that changed is matched by place and label.

    Args:
        source: present template, with the modules beside it.
        analysis: what is known of it.
        names: names of its functions.
        chosen: the trial.
        memory: values in memory, for code in memory.
        earlier_data: name of the study's own data function; by default that of the template.

    Raises:
        UsageError: a value has no place in the template, or a marker has no value.
    """
    own = parameters(analysis)
    space = {dimension.label: dimension for dimension in chosen.space}
    code = chosen.code.source if chosen.code is not None else None
    if own.keys() == space.keys() and (code is None or _texts(code) == _texts(source)):
        return PresentValues(TunedValues(chosen.drawn.params, space, frozenset(chosen.drawn.unused)))
    if code is None:
        raise UsageError(
            f"{source.name} has other parameters than the study, which an earlier version wrote without the "
            f"template's text: search it again with hypertemplate run {source.name} {{fresh}}",
            "",
            ("fresh",),
        )
    had = names.data if _defines(code, names.data) else earlier_data
    edits = edits_between(
        code,
        source,
        model=names.model,
        data=names.data,
        memory=memory,
        earlier_data=had,
        begun_with=tuple(space),
    )
    after = _dimensions(own, edits, space)
    params, reasons = moved(
        chosen.drawn.params,
        replace(edits, changed=()),
        chosen.space,
        tuple(after.values()),
        chosen.drawn.unused if chosen.trial.state is TrialState.COMPLETE else (),
    )
    unknown = own.keys() - after.keys()
    reasons += [f"'{label}' is new, and its range is known only when it runs" for label in sorted(unknown)]
    if reasons:
        raise _unmatched(source.name, chosen, reasons)
    renamed = {pair.before: pair.after for pair in edits.markers}
    unread = frozenset(renamed[label] for label in chosen.drawn.unused if label in renamed)
    return PresentValues(TunedValues(params, after, unread), tuple(_changes(edits, chosen)))


def _defines(source: Source, function: str | None) -> bool:
    return function is not None and function in build_module(parse(source)[0]).functions


def _texts(source: Source) -> list[tuple[str, str, int | None, str]]:
    return [(part.kind, part.module, part.cell, part.text) for part in source.parts]


def _dimensions(
    own: Mapping[str, Parameter], edits: Edits, before: Mapping[str, Dimension]
) -> dict[str, Dimension]:
    """Return the dimensions of the present parameters, as far as the text tells; else those of before."""
    had = {pair.after: before[pair.before] for pair in edits.markers if pair.before in before}
    found: dict[str, Dimension] = {}
    for label, parameter in own.items():
        dimension = resolve_literal(parameter) or had.get(label)
        if dimension is not None:
            found[label] = replace(dimension, label=label, parent=parameter.parent)
    return found


def _unmatched(name: str, chosen: ChosenTrial, reasons: Sequence[str]) -> UsageError:
    lines = [f"{name} changed since the study ran it, and trial {chosen.trial.number} does not fit it:"]
    lines += [f"  {reason}" for reason in dict.fromkeys(reasons)]
    lines.append("nothing is written; undo these changes, or search the file as it is now")
    return UsageError("\n".join(lines))


def _changes(edits: Edits, chosen: ChosenTrial) -> list[str]:
    """Write what changed of code other than markers, which may change the number of the trial."""
    found = [one.what for one in edits.changed]
    if not found:
        return []
    more = [f"and {counted(len(found) - MOST_CHANGES, 'more change')}"] * (len(found) > MOST_CHANGES)
    listed = "; ".join([*found[:MOST_CHANGES], *more])
    return [f"since trial {chosen.trial.number}, {listed}: the number of the trial may be another one now"]
