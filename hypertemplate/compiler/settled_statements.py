"""Statements of live code that make no difference to trials, since what they left in memory is the same.

What has run in live code does not run again: trials see the values that it left. A statement is settled
if all values that may depend on it, and that trials read, are known to be what they were. Seeds run again
in each trial: one is settled if another one below it seeds the same before a trial may draw.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.random_generators import Draws
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.footprints import Footprints
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.statements import defines

_MAKING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.For, ast.While, ast.If, ast.With)


def settled_statements(as_file: Analysis, alive: Analysis, same: Collection[str]) -> frozenset[Span]:
    """Return the spans of the top-level statements of a source that make no difference to trials.

    Args:
        as_file: analysis of the source as a file.
        alive: its analysis as live code.
        same: names whose values in memory are wholly equal for the trials of both versions.
    """
    spans = {one.span for one in (*as_file.partition.needed, *alive.partition.needed)}
    needed = [one for one in alive.module.statements if one.span in spans]
    if any(one.names.dynamic or "eval" in one.names.everywhere for one in needed):
        return frozenset()
    code = _LiveCode(alive.module, alive.partition, needed, frozenset(same) - _changed(as_file))
    return frozenset(one.span for one in needed if code.settles(one))


class _LiveCode:
    """Statements that ran before a search, and the code of its trials.

    Args:
        module: the template.
        partition: its statements, by what runs again.
        needed: statements that count.
        same: names whose values are wholly equal for the trials of both versions, and stay what they are.
    """

    def __init__(
        self, module: Module, partition: Partition, needed: list[TopLevel], same: frozenset[str]
    ) -> None:
        again = {one.number for one in partition.kept}
        code = [one for one in needed if one.number in again or defines(one.node)]
        self._made = [one for one in needed if one.number not in again]
        self._running = [one for one in code if one.number in again and not defines(one.node)]
        self._footprints = Footprints(module)
        self._draws = Draws(module)
        self._same = same
        self._read = frozenset[str]().union(*(one.names.everywhere for one in code))

    def settles(self, statement: TopLevel) -> bool:
        """Tell whether a statement makes no difference, as far as the values in memory tell."""
        found = self._footprints.of(statement)
        is_made = statement in self._made and isinstance(statement.node, _MAKING)
        if found.lasting or found.unseen or not (is_made or self._is_replaced(statement)):
            return False
        affected = self._affected(found.writes, statement)
        return affected is not None and affected & self._read <= self._same

    def _affected(self, names: frozenset[str], statement: TopLevel) -> frozenset[str] | None:
        """Return the names whose values may depend on some others; None if something else may."""
        others = [one for one in self._made if one is not statement]
        while depending := [one for one in others if self._footprints.of(one).reads & names]:
            found = [self._footprints.of(one) for one in depending]
            if any(one.lasting or one.unseen for one in found):
                return None
            names = names.union(*(one.writes for one in found))
            others = [one for one in others if one not in depending]
        return names

    def _is_replaced(self, statement: TopLevel) -> bool:
        """Tell whether a statement only seeds what one below it seeds again before a trial may draw."""
        packages = self._seeded_alone(statement)
        others = (one for one in self._running if one.number > statement.number)
        following = next((one for one in others if packages & self._draws.touched(one)), None)
        if following is None or not packages <= self._seeded_alone(following):
            return False
        surely = self._footprints.of(following).binds >= self._footprints.seeded(following)
        return surely or ast.dump(following.node) == ast.dump(statement.node)

    def _seeded_alone(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages whose generator a statement seeds; none if it does something else."""
        seeded = self._draws.only_seeded(statement)
        does_more = self._footprints.of(statement).writes - self._footprints.seeded(statement)
        return frozenset() if does_more or seeded != self._draws.seeded(statement) else seeded


def _changed(analysis: Analysis) -> frozenset[str]:
    """Return the names through which trials see what they may change; libraries leave what they get.

    Of equal objects, only these may be told from one.
    """
    module, partition = analysis.module, analysis.partition
    facts = module.facts
    running = [one for one in partition.needed if one.number in partition.trial]
    names = {
        name
        for one in (*running, *module.entry)
        for name, how in facts.changes(one).items()
        if how is not Change.HANDED
    }
    names = names.union(*(facts.changes_inside(one) for one in (*running, *module.entry)))
    return frozenset(names.union(*map(facts.aliases.seen_through, names)))
