"""Differences of two versions as edits: draws by their labels, code by its line."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from hypertemplate.compiler.edits.changes import Changed, Edits, Marked, MarkerPair, Unmarked
from hypertemplate.compiler.edits.differences import GoneDraw, NewDraw, OtherCode, SameDraw
from hypertemplate.compiler.edits.local_names import acting_unseen
from hypertemplate.compiler.edits.template_comparison import Compared
from hypertemplate.compiler.edits.version import View, fields
from hypertemplate.compiler.markers.draw_call import DrawCall

Place = tuple[str, ...]
"""Way from a statement to a node in it: names of fields, of arguments, and of what is called."""


def labelled(modules: Sequence[Compared]) -> Edits:
    """Return the edits that the differences of all modules are."""
    every = [edit for one in modules for edit in _edits(one)]
    matched = {edit.before for edit in every if isinstance(edit, MarkerPair | Unmarked)}
    matched |= {edit.after for edit in every if isinstance(edit, MarkerPair | Marked)}
    standing = [pair for one in modules for pair in _standing(one) if pair.before not in matched]
    every += dict.fromkeys(standing)
    gone = {(edit.before, edit.text): edit for edit in reversed(every) if isinstance(edit, Unmarked)}
    return Edits(
        tuple(edit for edit in every if isinstance(edit, MarkerPair)),
        tuple(dict.fromkeys(edit for edit in every if isinstance(edit, Marked))),
        tuple(reversed(gone.values())),
        tuple(dict.fromkeys(edit for edit in every if isinstance(edit, Changed))),
    )


def _edits(module: Compared) -> Iterator[MarkerPair | Marked | Unmarked | Changed]:
    code = [one for one in module.found if isinstance(one, OtherCode)]
    acting = acting_unseen((one.before for one in code if one.before is not None), module.before)
    acting |= acting_unseen((one.after for one in code if one.after is not None), module.after)
    stood: dict[DrawCall, set[str]] = {}
    for new in module.found:
        if isinstance(new, NewDraw):
            stood.setdefault(new.after, set()).add(module.before.key(new.stood))
    for one in module.found:
        match one:
            case NewDraw() if len(stood[one.after]) > 1:  # two values cannot be one
                yield Changed(f"{module.after.place(one.after.call)} changed")
            case SameDraw():
                yield from _pairs(one, module)
            case NewDraw(stood=expression):
                labels = module.after.version.labels.get(one.after, {})
                lacks, place = one.call is not None, module.after.place(one.after.call)
                text = ast.unparse(expression) if lacks else _text(module.before, expression)
                yield from (Marked(label, text, place, one.option, lacks) for label in labels.values())
                yield from [] if labels else [Changed(f"{place} changed")]
            case GoneDraw(stands=stands):
                labels = module.before.version.labels.get(one.before, {})
                text = ast.unparse(stands) if one.call is not None else _text(module.after, stands)
                place = module.after.place(one.call or stands)
                yield from (Unmarked(label, text, place, one.options) for label in labels.values())
                yield from [] if labels else [Changed(f"{place} changed")]
            case OtherCode():
                acts = one.before in acting or one.after in acting
                labels_inside = _labels(module.before, one.before), _labels(module.after, one.after)
                yield Changed(_what(one, module), () if acts else one.branches, *labels_inside)


def _standing(module: Compared) -> Iterator[MarkerPair]:
    """Yield the draws in code that differs which both versions have at one place, under one label.

    Trials that reach the code do not count; if they are to count all the same, their values are these.
    """
    for code in module.found:
        if isinstance(code, OtherCode) and code.before is not None and code.after is not None:
            had, has = dict(_draws(module.before, code.before)), dict(_draws(module.after, code.after))
            for place in (one for one in had if one in has):
                yield from _as_it_was(had[place], has[place], module)


def _as_it_was(before: DrawCall, after: DrawCall, module: Compared) -> Iterator[MarkerPair]:
    if ast.dump(before.call) != ast.dump(after.call):
        return
    had, has = module.before.version.labels.get(before, {}), module.after.version.labels.get(after, {})
    options = tuple((number, number) for number, _ in enumerate(after.options)) if after.options else None
    place = module.after.place(after.call)
    for label in sorted({*had.values()} & {*has.values()}):
        yield MarkerPair(label, label, place, options, after.listing is not None)


def _draws(view: View, node: ast.AST, place: Place = ()) -> Iterator[tuple[Place, DrawCall]]:
    """Yield the draws in code, each with its place."""
    draw = view.draw(node)
    if draw is not None:
        yield place, draw
    head = (view.key(node.func),) if isinstance(node, ast.Call) else ()
    for name, value in fields(node):
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(one, ast.AST):
                named = one.arg if isinstance(one, ast.keyword) and one.arg else str(number)
                yield from _draws(view, one, (*place, *head, name, named))


def _pairs(draw: SameDraw, module: Compared) -> Iterator[MarkerPair | Changed]:
    before = module.before.version.labels.get(draw.before, {})
    after = module.after.version.labels.get(draw.after, {})
    place = module.after.place(draw.after.call)
    if bool(before) != bool(after):
        yield Changed(f"{place} changed")
    for index, label in after.items():
        # A draw with an index in the place of one without: all of them had that one's value.
        had = before.get(index, before.get(None))
        if had is not None:
            yield MarkerPair(had, label, place, draw.options, draw.same_list)


def _labels(view: View, code: ast.AST | None) -> tuple[str, ...]:
    """Return the labels of the draws in code."""
    nodes = ast.walk(code) if code is not None else ()
    draws = (draw for draw in map(view.draw, nodes) if draw is not None)
    return tuple(label for draw in draws for label in view.version.labels.get(draw, {}).values())


def _text(view: View, node: ast.expr) -> str:
    return view.tree(node).one_line(node)


def _what(code: OtherCode, module: Compared) -> str:
    """Write what happened to code, with its line."""
    if code.what and code.after is not None:
        return f"{module.after.place(code.after)}: {code.what}"
    if code.after is not None:
        return f"{module.after.place(code.after)} {'is new' if code.before is None else 'changed'}"
    assert code.before is not None
    return f"{module.before.place(code.before)} of the earlier version is gone"
