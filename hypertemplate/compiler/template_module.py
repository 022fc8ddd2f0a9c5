"""Module of a template, and what follows from where the template is: in files alone, or in memory too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hypertemplate.compiler.dataflow.module import Module, build_module, with_given
from hypertemplate.compiler.dataflow.random_generators import with_bare_seeds
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, Severity
from hypertemplate.compiler.entry.minimize_calls import disagreements, minimize_calls
from hypertemplate.compiler.entry.search_statement import search_statement, trees_up_to
from hypertemplate.compiler.entry.selection import Selection, as_it_runs, select
from hypertemplate.compiler.live_module import Memory, select_live
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import Hints
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.statements import defines


class TemplateInFiles:
    """Template of which only its text is known.

    Args:
        whole: all statements of its parts.
        model: name of the model function that the user gave, or None.
        data: name of the data function that the user gave, or None.

    Attributes:
        module: the statements that its own search finds.
        ends: whether it ends with its own search.
        below: those that follow its own search, which sees none of them.
        found: findings on its own calls of ``minimize``.
        ran: whether its statements have run.
        own: dotted paths of what modules of the user's own define among the values in memory, by name.
    """

    ran = False
    own: Mapping[str, str] = MappingProxyType({})

    def __init__(self, whole: Module, model: str | None, data: str | None) -> None:
        self._model = model
        self._data = data
        calls = minimize_calls(whole)
        self.found = disagreements(whole, calls, model, data)
        last = search_statement(whole, calls, model, data)
        self.ends = last is not None
        module, self.below = _until(whole, last)
        self.module = as_it_runs(module, calls, model)

    def selection(
        self, markers: tuple[Span, ...], *, is_searched: bool
    ) -> tuple[Selection | None, list[Diagnostic]]:
        """Select the functions; return None, with the errors, if there is no model function.

        Args:
            markers: places of the module's markers, valid or not.
            is_searched: whether anything may be searched; nothing else is wrong as long as nothing is.
        """
        selection, problems = select(self.module, markers, self._model, self._data)
        if is_searched:
            return selection, problems
        return selection or Selection(None, None, Hints()), []

    def never_ran(self, found: list[Diagnostic]) -> Iterator[int]:
        """Yield the numbers of statements that cannot have run, where the others have."""
        yield from ()

    def concerning(self, found: list[Diagnostic], partition: Partition) -> list[Diagnostic]:
        """Return the findings that matter once every statement has its place."""
        return found


class TemplateInMemory:
    """Template in a process that holds values which it uses, and may have run it.

    Args:
        whole: all statements of its parts.
        model: name of the model function, or None for a script.
        data: name of the data function, or None.
        memory: values in memory.

    Attributes:
        module: its statements, with the values that are there before anything runs.
        ends: False, as what has run has run.
        below: no statements.
        found: no findings.
        ran: whether its statements have run.
        own: dotted paths of what modules of the user's own define among the values in memory, by name.
    """

    ends = False
    below: tuple[TopLevel, ...] = ()
    found: tuple[Diagnostic, ...] = ()

    def __init__(self, whole: Module, model: str | None, data: str | None, memory: Memory) -> None:
        self._model = model
        self._data = data
        self._memory = memory
        self.ran = memory.ran
        self.own = memory.own
        module = whole.as_main() if not memory.ran and model is None else whole
        module = with_bare_seeds(module) if memory.ran else module
        self.module = with_given(
            module, memory.names, memory.imports, memory.code, memory.shared, memory.reaches
        )

    def selection(
        self, markers: tuple[Span, ...], *, is_searched: bool
    ) -> tuple[Selection | None, list[Diagnostic]]:
        """Select the functions that are in memory."""
        return select_live(self.module, self._memory, self._model, self._data)

    def never_ran(self, found: list[Diagnostic]) -> Iterator[int]:
        """Yield the numbers of statements with a wrong marker, except definitions: they cannot have run.

        With one in a comment they have.
        """
        comments = [span for tree in self.module.trees for span in tree.comments.spans]
        errors = (d.span for d in found if d.span is not None and d.severity is Severity.ERROR)
        wrong = [span for span in errors if not any(map(span.inside, comments))]
        for statement in self.module.statements if self.ran and wrong else ():
            if not defines(statement.node) and any(span.inside(statement.span) for span in wrong):
                yield statement.number

    def concerning(self, found: list[Diagnostic], partition: Partition) -> list[Diagnostic]:
        """Return the findings on statements that the trial needs, and those of the partition."""
        if not self.ran:
            return found
        return [d for d in found if _concerns(d, partition.needed)] + partition.problems


def _until(whole: Module, last: TopLevel | None) -> tuple[Module, tuple[TopLevel, ...]]:
    """Return a template up to the statement of its own search, if it has one, and the statements below."""
    if last is None or last is whole.statements[-1]:
        return whole, ()
    return build_module(trees_up_to(whole.trees, last)), whole.statements[last.number + 1 :]


def _concerns(diagnostic: Diagnostic, kept: list[TopLevel]) -> bool:
    """Tell whether a finding concerns a kept statement; one about old code that is not needed does not."""
    span = diagnostic.span
    return span is None or any(statement.holds(span) for statement in kept)
