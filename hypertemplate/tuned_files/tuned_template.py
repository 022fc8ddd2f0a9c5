"""A template with the values of a trial: its new texts, and what differs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypertemplate.compiler.analysis import analyse
from hypertemplate.compiler.diagnostics.diagnostic import raise_errors
from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.replaced_markers import ReplacedMarkers, replaced_markers
from hypertemplate.compiler.suggestions.marked_source import marked_source, span_before
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.compiler.syntax.source import NEWLINE, Part, Source
from hypertemplate.compiler.tuned_source.suggested_values import edits_of_file
from hypertemplate.compiler.tuned_source.tuned_edits import default_edits, plain_edits, values_in_place
from hypertemplate.errors import UsageError
from hypertemplate.frontend.edited_files import edited_texts, places_as_written
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.tuned_files.chosen_trial import ChosenTrial
from hypertemplate.tuned_files.present_values import present_values


@dataclass(frozen=True, slots=True)
class TunedTemplate:
    """Template with the values of a trial.

    Attributes:
        before: the template as it is, as the frontend read it.
        texts: new text of each part that differs, as its user writes it, by the part's number.
        source: the template with the values, to be compiled.
        chosen: the trial.
        names: names of the template and its functions.
        notes: what a person should know, a line each.
        replaced: places where markers were; None where they stay.
        unwritten: labels of the markers whose defaults cannot say what the trial read.
        has_changed: whether code of the template has changed since the trial.
    """

    before: Source
    texts: dict[int, str]
    source: Source
    chosen: ChosenTrial
    names: TemplateNames
    notes: tuple[str, ...] = ()
    replaced: ReplacedMarkers | None = None
    unwritten: tuple[str, ...] = ()
    has_changed: bool = False

    @property
    def parts(self) -> dict[Part, str]:
        """Parts that differ, with their new texts."""
        return {self.before.parts[number]: text for number, text in self.texts.items()}

    def diff(self, output: str = "") -> Iterator[str]:
        """Yield the lines of a unified diff.

        Args:
            output: file that gets the text of the template; empty for the template itself.
        """
        for part, text in self.parts.items():
            was, now = (_lines(one) for one in (part.original or part.text, text))
            name = output if output and not part.path else part.name
            yield from difflib.unified_diff(was, now, part.name, name, lineterm="")


def tuned_template(
    source: Source,
    names: TemplateNames,
    chosen: ChosenTrial,
    *,
    plain: bool,
    memory: Memory | None = None,
) -> TunedTemplate:
    """Return a template with the values of a trial.

    Args:
        source: the template, as the frontend read it.
        names: names of the template and its functions.
        chosen: the trial.
        plain: whether no marker is left; else they stay, with other defaults.
        memory: values in memory, for code in memory.

    Raises:
        CompileError: the template has errors, or code that has no meaning without a search.
        UsageError: the template has changed, and the trial does not fit it.
    """
    found: tuple[Proposal, ...] = ()
    if names.suggested:
        ran = chosen.code.source if chosen.code is not None else None
        found = proposals(source, model=names.model, data=names.data, earlier=ran)
    marked = marked_source(source, found)
    analysis = analyse(marked, names.model, names.data, memory)
    raise_errors(analysis.found, marked)
    present = present_values(marked, analysis, names, chosen, memory)
    if plain and names.path:
        tuned = plain_edits(marked, analysis, present.values, chosen.trial.loss)
    else:
        edits = values_in_place if plain else default_edits
        tuned = edits(analysis, present.values)
    made, places = tuned.edits, tuned.marked
    if found:
        made, proposed = edits_of_file(made, values_in_place(analysis, present.values).edits, found)
        places = (*(Edit(span_before(one.span, found), one.text) for one in places), *proposed)
    arguments = analysis.selection.data_args
    model, data = analysis.selection.model, analysis.selection.data
    model_name, data_name = (None if one is None else one.name for one in (model, data))
    return TunedTemplate(
        source,
        _texts(source, made),
        _edited(source, made),
        chosen,
        replace(names, model=model_name, data=data_name),
        (*present.notes, *tuned.notes),
        replaced_markers(made, places, arguments.text if arguments else "") if places else None,
        tuned.unwritten,
        bool(present.notes),
    )


def _texts(source: Source, edits: tuple[Edit, ...]) -> dict[int, str]:
    placed = places_as_written(source, edits)
    if placed is None:
        raise UsageError(f"{source.name}: a magic stands where a value or an import is to be changed")
    texts = edited_texts(source, placed)
    return {
        n: text for n, text in texts.items() if text != (source.parts[n].original or source.parts[n].text)
    }


def _edited(source: Source, edits: tuple[Edit, ...]) -> Source:
    """Return a source with edits made."""
    parts = list(source.parts)
    texts = edited_texts(source, places_as_written(source, edits) or ())
    for number, text in texts.items():
        own = [edit for edit in edits if edit.span.part == number]
        part = parts[number]
        original = text if part.original else ""
        parts[number] = replace(part, text=edited(part.text, own), original=original)
    return replace(source, parts=tuple(parts))


def _lines(text: str) -> list[str]:
    """Split a text where Python ends its lines, and nowhere else."""
    lines = NEWLINE.split(text)
    return lines[:-1] if lines and not lines[-1] else lines
