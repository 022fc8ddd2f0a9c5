"""Comparison of the trees of two versions, node by node; lists of statements are aligned first."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from hypertemplate.compiler.edits.alignment import Alignment, aligned
from hypertemplate.compiler.edits.changes import Branch
from hypertemplate.compiler.edits.differences import (
    Difference,
    GoneDraw,
    NewDraw,
    OtherCode,
    SameDraw,
    SameFunction,
    is_clean,
    under,
)
from hypertemplate.compiler.edits.idle_code import IdleCode
from hypertemplate.compiler.edits.named_draws import named_draw, names_draw
from hypertemplate.compiler.edits.version import View, fields
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.syntax.literals import known_value

Found = list[Difference]


class Comparison:
    """Comparison of a module of two versions.

    Args:
        before: module of the earlier version.
        after: module of the present version.
        idle: idle code of the earlier and of the present version.
        renamed: functions of another name, before and after, that count as the same.
    """

    def __init__(
        self,
        before: View,
        after: View,
        idle: tuple[IdleCode, IdleCode],
        renamed: tuple[tuple[ast.AST, ast.AST], ...] = (),
    ) -> None:
        self._before = before
        self._after = after
        self._idle = idle
        self._renamed = renamed
        self._known: dict[tuple[ast.stmt, ast.stmt], Found] = {}

    def statement(self, before: ast.stmt, after: ast.stmt) -> Found:
        """Return the differences of two statements."""
        both = before, after
        if both not in self._known:
            self._known[both] = self._statement(before, after)
        return self._known[both]

    def _statement(self, before: ast.stmt, after: ast.stmt) -> Found:
        if isinstance(before, ast.If) and isinstance(after, ast.If):
            return self._conditional(before, after)
        found = self._nodes(before, after)
        differing: Found = [OtherCode(before, after)] if found is None else found
        is_function = isinstance(before, ast.FunctionDef | ast.AsyncFunctionDef)
        return [SameFunction(before, after), *differing] if is_function else differing

    def align(self, before: Sequence[ast.stmt], after: Sequence[ast.stmt]) -> Alignment:
        """Align two lists of statements."""
        return aligned(before, after, (self._before, self._after), self.statement)

    def statements(self, before: Sequence[ast.stmt], after: Sequence[ast.stmt]) -> Found:
        """Return the differences of two lists of statements, without those that are idle."""
        had = [one for one in before if not self._idle[0](one)]
        has = [one for one in after if not self._idle[1](one)]
        alignment = self.align(had, has)
        wrapped = self._wrapped(alignment.gone, alignment.new)
        if wrapped is not None and _is_one_place(had, has, alignment):
            return [*(one for pair in alignment.pairs for one in self.statement(*pair)), *wrapped]
        return [
            *(one for pair in alignment.pairs for one in self.statement(*pair)),
            *(one for statement in alignment.gone for one in self.gone(statement)),
            *(one for statement in alignment.new for one in self.new(statement)),
        ]

    def gone(self, statement: ast.stmt) -> Found:
        """Return the differences that a statement makes which the earlier version alone has."""
        if names_draw(statement, self._before, self._after):
            return []
        leaves = _leaves(statement, self._before, self._idle[0])
        return [OtherCode(one, None, branches) for one, branches in leaves]

    def new(self, statement: ast.stmt) -> Found:
        """Return the differences that a statement makes which the present version alone has."""
        if names_draw(statement, self._after, self._before):
            return []
        leaves = _leaves(statement, self._after, self._idle[1])
        return [OtherCode(None, one, branches) for one, branches in leaves]

    def _wrapped(self, before: list[ast.stmt], after: list[ast.stmt]) -> Found | None:
        """Return the differences if one list is behind a branch in the other one: ``else`` of a new test."""
        if _is_if(after) and not _is_if(before):
            return self._behind_new(before, after[0])
        if _is_if(before) and not _is_if(after):
            return self._behind_gone(before[0], after)
        return None

    def _behind_new(self, before: list[ast.stmt], after: ast.stmt) -> Found | None:
        assert isinstance(after, ast.If)
        branch = self._after.branch(after.test, taken=True, is_alone=True)
        rest = self.statements(before, after.orelse) if branch is not None else None
        if rest is None or not is_clean(rest):
            return None
        return [*rest, *under(self.statements([], after.body), branch)]

    def _behind_gone(self, before: ast.stmt, after: list[ast.stmt]) -> Found | None:
        assert isinstance(before, ast.If)
        branch = self._before.branch(before.test, taken=True, is_alone=True)
        rest = self.statements(before.orelse, after) if branch is not None else None
        if rest is None or not is_clean(rest):
            return None
        return [*rest, *under(self.statements(before.body, []), branch)]

    def _conditional(self, before: ast.If, after: ast.If) -> Found:
        """Return the differences of two statements with a condition each."""
        tests = self._nodes(before.test, after.test)
        is_alone = not is_clean(tests)
        sides = [
            [view.branch(one.test, taken=taken, is_alone=is_alone) for taken in (True, False)]
            for view, one in ((self._before, before), (self._after, after))
        ]
        if is_clean(tests):
            assert tests is not None
            taken, not_taken = (had or has for had, has in zip(*sides, strict=True))
            body = under(self.statements(before.body, after.body), taken)
            return [*tests, *body, *under(self.statements(before.orelse, after.orelse), not_taken)]
        behind = self._behind_new([before], after) or self._behind_gone(before, [after])
        if behind is not None:
            return behind
        (had, had_not), (has, has_not) = sides
        if had is None or had_not is None or has is None or has_not is None:
            return [OtherCode(before, after)]
        # The body runs under another condition: what one of the two takes and the other does not.
        draws = self._draws_in_tests(before.test, after.test)
        if draws is None:
            return [OtherCode(before, after)]
        return [
            *draws,
            OtherCode(before, after, (had, has_not)),
            OtherCode(before, after, (had_not, has)),
            *under(self.statements(before.body, after.body), had),
            *under(self.statements(before.orelse, after.orelse), had_not),
        ]

    def _draws_in_tests(self, before: ast.expr, after: ast.expr) -> Found | None:
        """Return the difference of the draws in two tests, if each has one; None if one of them has."""
        had = {draw for node in ast.walk(before) if (draw := self._before.draw(node)) is not None}
        has = {draw for node in ast.walk(after) if (draw := self._after.draw(node)) is not None}
        if not had and not has:
            return []
        return self._draws(had.pop(), has.pop()) if len(had) == len(has) == 1 else None

    def _nodes(self, before: ast.AST, after: ast.AST) -> Found | None:
        """Return the differences of two nodes; None if they differ in more than markers and statements."""
        had, has = self._before.draw(before), self._after.draw(after)
        if had is not None and has is not None:
            return self._draws(had, has)
        if has is not None:
            return self._new_draw(before, has)
        if had is not None:
            return self._gone_draw(had, after)
        if isinstance(before, ast.Name) is not isinstance(after, ast.Name):
            return self._name_of_draw(before, after)
        if isinstance(before, ast.IfExp) and isinstance(after, ast.IfExp):
            return self._conditional_expression(before, after)
        if type(before) is not type(after):
            return None
        if isinstance(before, ast.Constant):
            return [] if self._before.key(before) == self._after.key(after) else None
        if isinstance(before, ast.Call) and isinstance(after, ast.Call):
            differing = self._arguments(before, after)
            if differing is not None:
                return differing
        found: Found = []
        is_renamed = (before, after) in self._renamed
        for (name, value), (_, other) in zip(fields(before), fields(after), strict=True):
            part = [] if name == "name" and is_renamed else self._values(value, other)
            if part is None:
                return None
            found += part
        return found

    def _arguments(self, before: ast.Call, after: ast.Call) -> Found | None:
        """Return the differences of two calls of which one lacks marked arguments that the other has.

        Return None for any others.
        """
        had, has = _by_name(before, self._before), _by_name(after, self._after)
        if had is None or has is None or had.keys() == has.keys():
            return None
        shared = [name for name in had if name in has]
        if shared != [name for name in has if name in had]:
            return None
        found: Found = []
        for part in (
            self._nodes(before.func, after.func),
            *(self._nodes(had[name], has[name]) for name in shared),
            *(self._new_argument(name, has[name], before, after) for name in has if name not in had),
            *(self._gone_argument(name, had[name], after) for name in had if name not in has),
        ):
            if part is None:
                return None
            found += part
        return found

    def _new_argument(
        self, name: Argument, value: ast.expr, before: ast.Call, after: ast.Call
    ) -> Found | None:
        """Return the difference that a marked argument makes which is new."""
        draw = self._after.draw(value)
        if draw is None or isinstance(name, int):
            return None
        callee = self._before.own_callee(before)
        default = callee.default(name) if callee is not None else None
        if default is not None:
            found = self._new_draw(default, draw) if _is_known(default) else None
            return None if found is None else [_lacking(one, after) for one in found]
        if callee is not None:
            return None
        stated = self._new_draw(draw.default, draw) if draw.default is not None else None
        what = f"{name} of {ast.unparse(after.func)}() is new, and "
        what += "only default= in its marker says" if stated else "no default=VALUE in its marker says"
        what += " what it was before"
        return [OtherCode(None, value, (), what), *(_lacking(one, after) for one in stated or ())]

    def _gone_argument(self, name: Argument, value: ast.expr, after: ast.Call) -> Found | None:
        """Return the difference that a marked argument makes which is gone."""
        draw, callee = self._before.draw(value), self._after.own_callee(after)
        if draw is None or callee is None or isinstance(name, int):
            return None
        default = callee.default(name)
        found = self._gone_draw(draw, default) if default is not None and _is_known(default) else None
        return None if found is None else [_lacking(one, after) for one in found]

    def _name_of_draw(self, before: ast.AST, after: ast.AST) -> Found | None:
        """Return the difference of a name that stands for a draw, and of what the other version has."""
        if isinstance(after, ast.Name):
            draw = named_draw(after, self._after, self._before)
            return None if draw is None else self._new_draw(before, draw)
        assert isinstance(before, ast.Name)
        draw = named_draw(before, self._before, self._after)
        return None if draw is None else self._gone_draw(draw, after)

    def _values(self, before: object, after: object) -> Found | None:
        """Return the differences of the values of one field of two nodes; None as in `_nodes`."""
        if isinstance(before, list) and isinstance(after, list):
            if any(isinstance(one, ast.stmt) for one in (*before, *after)):
                return self.statements(before, after)
            if len(before) != len(after):
                return None
            found: Found = []
            for pair in zip(before, after, strict=True):
                part = self._values(*pair)
                if part is None:
                    return None
                found += part
            return found
        if isinstance(before, ast.AST) and isinstance(after, ast.AST):
            return self._nodes(before, after)
        return [] if before == after else None

    def _conditional_expression(self, before: ast.IfExp, after: ast.IfExp) -> Found | None:
        """Return the differences of two conditional expressions, each side under its condition."""
        found = self._nodes(before.test, after.test)
        if found is None:
            return None
        for had, has, taken in ((before.body, after.body, True), (before.orelse, after.orelse, False)):
            part = self._nodes(had, has)
            branch = self._before.branch(before.test, taken=taken)
            branch = branch or self._after.branch(after.test, taken=taken)
            if part is None and branch is None:
                return None
            found += under([OtherCode(had, has)], branch) if part is None else part
        return found

    def _draws(self, before: DrawCall, after: DrawCall) -> Found | None:
        """Return the differences of two draws, which are the same one, whatever they draw from."""
        subscripts = self._before.version.subscripts.get(before), self._after.version.subscripts.get(after)
        if subscripts[0] is not None and not self._same(*subscripts):
            return None
        if before.options is None or after.options is None:
            same_list = self._same(before.listing, after.listing)
            return [SameDraw(before, after, None, same_list)]
        return self._options(before, after)

    def _same(self, before: ast.expr | None, after: ast.expr | None) -> bool:
        """Tell whether two expressions are there, and are the same."""
        return before is not None and after is not None and self._before.key(before) == self._after.key(after)

    def _options(self, before: DrawCall, after: DrawCall) -> Found | None:
        """Return the differences of two choices whose options are written out, matched by their code."""
        had = dict(enumerate(option.node for option in before.options or ()))
        has = dict(enumerate(option.node for option in after.options or ()))
        found: Found = []
        pairs: list[tuple[int, int]] = []
        for is_candidate in (_same_text, self._same, lambda *_: True):
            for number, node in [*had.items()]:
                for other, candidate in has.items():
                    part = self._nodes(node, candidate) if is_candidate(node, candidate) else None
                    if part is not None and is_clean(part):
                        pairs.append((number, other))
                        found += part
                        del had[number], has[other]
                        break
        if _binds(*had.values(), *has.values()):
            return None
        return [SameDraw(before, after, tuple(pairs), same_list=False), *found]

    def _new_draw(self, stood: ast.AST, draw: DrawCall) -> Found | None:
        """Return the difference that a draw makes which is new, by the expression that it replaced."""
        if not isinstance(stood, ast.expr) or _binds(*(option.node for option in draw.options or ())):
            return None
        for number, option in enumerate(draw.options or ()):
            part = self._nodes(stood, option.node)
            if part is not None and is_clean(part):
                return [NewDraw(draw, stood, number), *part]
        return [NewDraw(draw, stood, None)] if _is_known(stood) else None

    def _gone_draw(self, draw: DrawCall, stands: ast.AST) -> Found | None:
        """Return the difference that a draw makes which is gone, by the expression that replaced it."""
        if not isinstance(stands, ast.expr) or _binds(*(option.node for option in draw.options or ())):
            return None
        parts = [self._nodes(option.node, stands) for option in draw.options or ()]
        same = [number for number, part in enumerate(parts) if part is not None and is_clean(part)]
        with_draws = [number for number in same if parts[number]]
        if with_draws:
            # Each has draws of its own in the place of the same ones: the first one stands for them.
            return [GoneDraw(draw, stands, (with_draws[0],)), *(parts[with_draws[0]] or ())]
        return [GoneDraw(draw, stands, tuple(same))] if same or _is_known(stands) else None


Argument = int | str
"""Name of the parameter that an argument is for, as far as it is known, else its place."""


def _by_name(call: ast.Call, view: View) -> dict[Argument, ast.expr] | None:
    """Return the arguments of a call, in order; None if the call unpacks any."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(k.arg is None for k in call.keywords):
        return None
    callee = view.own_callee(call)
    names = (callee.parameter(place) if callee is not None else "" for place in range(len(call.args)))
    found: dict[Argument, ast.expr] = {
        name or place: one for (place, one), name in zip(enumerate(call.args), names, strict=True)
    }
    found |= {str(one.arg): one.value for one in call.keywords}
    return found if len(found) == len(call.args) + len(call.keywords) else None


def _lacking(difference: Difference, call: ast.Call) -> Difference:
    """Return a draw in the place of a default, which stands nowhere in a call."""
    return replace(difference, call=call) if isinstance(difference, NewDraw | GoneDraw) else difference


_BINDING = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)
"""Expressions that act on the function around them even where they are not evaluated."""


def _binds(*nodes: ast.AST) -> bool:
    return any(isinstance(inner, _BINDING) for node in nodes for inner in ast.walk(node))


def _is_known(node: ast.expr) -> bool:
    return bool(known_value(ast.unparse(node)))


def _same_text(before: ast.expr, after: ast.expr) -> bool:
    return ast.dump(before) == ast.dump(after)


def _is_one_place(before: list[ast.stmt], after: list[ast.stmt], alignment: Alignment) -> bool:
    """Tell whether all that two lists do not share stands at one place, between the same statements."""
    gone, new = alignment.gone, alignment.new
    start = before.index(gone[0]) if gone else after.index(new[0])
    ends = start + len(gone), start + len(new)
    shared = zip([*before[:start], *before[ends[0] :]], [*after[:start], *after[ends[1] :]], strict=False)
    return (
        (before[start : ends[0]], after[start : ends[1]]) == (gone, new)
        and len(before) - len(gone) == len(after) - len(new)
        and set(shared) == set(alignment.pairs)
    )


def _is_if(statements: Sequence[ast.stmt]) -> bool:
    return len(statements) == 1 and isinstance(statements[0], ast.If)


def _leaves(statement: ast.stmt, view: View, idle: IdleCode) -> Iterator[tuple[ast.stmt, tuple[Branch, ...]]]:
    """Yield a statement; in the place of one with a condition that is a branch, the statements in it."""
    tests = [statement.test] if isinstance(statement, ast.If) else []
    sides = [view.branch(one, taken=taken, is_alone=True) for one in tests for taken in (True, False)]
    if not isinstance(statement, ast.If) or None in sides:
        yield statement, ()
        return
    for one, body in zip(sides, (statement.body, statement.orelse), strict=True):
        assert one is not None
        for inner in (inner for inner in body if not idle(inner)):
            yield from ((leaf, (one, *branches)) for leaf, branches in _leaves(inner, view, idle))
