"""Markers proposed for a source: those of the rules that its search reaches and that compile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypertemplate.compiler.checks.loss_scales import scale_warnings
from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, Severity, raise_errors
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.suggestions.kept_proposals import kept_proposals
from hypertemplate.compiler.suggestions.marked_source import marked_source, marked_span, span_before
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.suggestions.shown_value import shown
from hypertemplate.compiler.suggestions.value_candidates import Candidate, candidates
from hypertemplate.compiler.syntax.source import Source, Span, position
from hypertemplate.compiler.syntax.tree import parse
from hypertemplate.errors import CompileError


def proposals(
    source: Source, *, model: str | None = None, data: str | None = None, earlier: Source | None = None
) -> tuple[Proposal, ...]:
    """Propose markers for the values of a source that are worth searching, without running it.

    Each of them compiles, together with the others. A value that no trial reads is not proposed, and neither
    is one that changes the scale of the loss that is searched by.

    Args:
        source: source from a frontend; it may have markers.
        model: name of the model function, as in `compile_source`.
        data: name of the data function, likewise.
        earlier: earlier version, with the markers that were proposed for it: a value that is at the place of
            one keeps its distribution, unless that cannot give the value. None for none.

    Raises:
        CompileError: a part does not parse, or the template has errors besides a lack of markers.
    """
    trees, unparsed = parse(source)
    if any(source.parts[d.span.part].kind == "file" for d in unparsed if d.span is not None):
        raise_errors(unparsed, source)
    own = tuple(tree for tree in trees if not tree.origin.is_module)
    new = [_proposal(one) for one in candidates(build_module(own))] if own else []
    found = _that_compile(source, new, {}, model, data)
    if earlier is not None and own:
        kept = kept_proposals(earlier, source, found, model=model, data=data)
        found = _that_compile(source, found, kept, model, data)
    return tuple(replace(one, number=number) for number, one in enumerate(found, 1))


def _that_compile(
    source: Source,
    new: Sequence[Proposal],
    kept: Mapping[Span, Proposal],
    model: str | None,
    data: str | None,
) -> list[Proposal]:
    """Return the proposals that compile together, in the order of the text.

    Args:
        source: the template.
        new: proposals for today's values.
        kept: proposals, by their places, that come before those.
        model: name of the model function.
        data: name of the data function.
    """
    instead = {one.span: one for one in new}
    beside = [one for one in new if not any(_overlap(one.span, span) for span in kept)]
    found = sorted([*kept.values(), *beside], key=lambda one: one.span)
    compiles = not found
    while not compiles:
        refused, compiles = _refused(source, found, model, data)
        again = [instead[span] for span in refused & kept.keys() & instead.keys()]
        kept = {span: one for span, one in kept.items() if span not in refused}
        found = sorted([*(one for one in found if one.span not in refused), *again], key=lambda one: one.span)
        compiles = (compiles and not again) or not found
    return found


def _overlap(one: Span, other: Span) -> bool:
    return one.part == other.part and one.start < other.end and other.start < one.end


def _refused(
    source: Source, found: Sequence[Proposal], model: str | None, data: str | None
) -> tuple[set[Span], bool]:
    """Return the places among proposals at which a marker is of no use, and whether the source compiles.

    Those are the places of errors if it does not. If it does, they are those that no trial reads or that the
    compiler warns of; without these markers, it surely compiles.
    """
    spans = {one.span for one in found}
    try:
        program = compile_source(marked_source(source, found), model=model, data=data)
    except CompileError as error:
        before = tuple(_before(one, found) for one in error.diagnostics)
        refused = _of_lines(source, found, before)
        if not refused:
            raise CompileError(before, source) from None
        return refused, False
    searched = {parameter.marker for parameter in program.space.parameters}
    unread = {one.span for one in found if marked_span(one, found) not in searched}
    warned = (_before(one, found).span for one in (*program.warnings, *scale_warnings(program, None)))
    return unread | {span for span in warned if span in spans}, True


def _of_lines(source: Source, found: Sequence[Proposal], errors: Sequence[Diagnostic]) -> set[Span]:
    """Return the places among proposals on whose lines there are errors; a comment there may mark values."""
    serious = [one for one in errors if one.severity is Severity.ERROR]
    lines = {_line(source, one.span) for one in serious if one.span is not None}
    return {one.span for one in found if _line(source, one.span) in lines}


def _line(source: Source, span: Span) -> tuple[int, int]:
    return span.part, position(source.parts[span.part].text, span.start).line


def _before(diagnostic: Diagnostic, found: Sequence[Proposal]) -> Diagnostic:
    """Return a finding on the marked source at its place in the source as it stands."""
    span = diagnostic.span
    return diagnostic if span is None else replace(diagnostic, span=span_before(span, found), edits=())


def _proposal(candidate: Candidate) -> Proposal:
    tree, node, rule = candidate.place.tree, candidate.place.node, candidate.rule
    code = tree.one_line(node)
    draw = candidate.draw.replace("'", '"') if code.startswith('"') else candidate.draw
    return Proposal(0, tree.span(node), code, shown(tree, node), draw, rule.reason, rule.source)
