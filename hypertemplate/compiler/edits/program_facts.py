"""Differences of two programs as wholes: what is called with what, and when, and what reads all labels."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.random_generators import Draws
from hypertemplate.compiler.edits.changes import Changed, Edits
from hypertemplate.compiler.edits.differences import SameFunction
from hypertemplate.compiler.edits.idle_code import IdleCode, noticed
from hypertemplate.compiler.edits.template_comparison import Compared
from hypertemplate.compiler.edits.version import Version, View
from hypertemplate.compiler.entry.exclusions import BY_COMMENT
from hypertemplate.compiler.markers.call_text import spelled_option
from hypertemplate.compiler.placement.partition import SPACE
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.script.last_call import ending

_TRIAL = "hypertemplate.trial"
_SAME_FOR_ALL = tuple(f"{_TRIAL}.{name}" for name in ("folder", "number", "report"))
"""Parts of its trial that code may read, which labels and values do not change."""

_OF_CODE = frozenset(
    {
        *("co_code", "co_consts", "co_firstlineno", "co_lines", "co_linetable", "co_lnotab", "co_names"),
        *("co_positions", "co_stacksize", "f_lineno", "findsource", "getblock", "getcomments", "getdoc"),
        *("getframeinfo", "getsource", "getsourcelines", "tb_lineno"),
    }
)
"""Names of what tells the text of code, or its lines."""

_WHEN = {
    Placement.SETUP: "now runs once, before the trials",
    Placement.LEFT_OUT: "is now left out",
}


def other_program(before: Version, after: Version, template: Compared) -> Iterator[Changed]:
    """Yield the differences of two versions as wholes, of which every trial may tell.

    Args:
        before: earlier version.
        after: present version.
        template: differences of the template itself.
    """
    yield from _other_functions(before, after, template)
    names = [version.own_modules.keys() for version in (before, after)]
    for name in sorted(names[0] ^ names[1]):
        yield Changed(f"module {name} is {'new' if name in names[1] else 'no longer imported'}")
    yield from _by_comments(before, after, template)
    yield from _reading_itself(before, after)
    yield from _other_draws(before, after, template)


def _other_functions(before: Version, after: Version, template: Compared) -> Iterator[Changed]:
    """Yield changes of which functions are model and data, and of what they are given and return."""
    had, has = before.analysis, after.analysis
    same = {one.before: one.after for one in template.found if isinstance(one, SameFunction)}
    for what, one, other in (
        ("model", had.selection.model, has.selection.model),
        ("data", had.selection.data, has.selection.data),
    ):
        found = None if one is None else same.get(one.node)
        is_same = one is other if one is None or other is None else found is other.node
        if not is_same:
            yield Changed(f"the {what} function is another one")
    given = [one.selection.data_args_node for one in (had, has)]
    texts = [None if node is None else ast.dump(node) for node in given]
    if texts[0] != texts[1]:
        yield Changed("data() is given other arguments")
    if (had.joined, set(had.leaked)) != (has.joined, set(has.leaked)):
        yield Changed("the model is given other arguments")
    if had.selection.model is None and has.selection.model is None:
        ends = [ending(one.module, one.partition) for one in (had, has)]
        calls = [None if end is None else end[0] for end in ends]
        if calls[0] != calls[1]:
            yield Changed("the script ends with another call")


def _by_comments(before: Version, after: Version, template: Compared) -> Iterator[Changed]:
    """Yield statements that run at another time, where comments say when: such a trial is no fresh run."""
    partitions = before.analysis.partition, after.analysis.partition
    said = any(
        partition.placed(statement).reason == BY_COMMENT
        for partition in partitions
        for statement in partition.module.statements
    )
    for had, has in template.pairs if said else ():
        if partitions[0].placed(had).placement is not partitions[1].placed(has).placement:
            yield Changed(f"{has.place} runs at another time, and comments say when code runs")


def _reading_itself(before: Version, after: Version) -> Iterator[Changed]:
    """Yield code that reads texts of code, or numbers of lines, if any text is another one now."""
    if _texts(before) == _texts(after):
        return
    for view in (View(after, after.analysis.module), *after.own_modules.values()):
        for node in _running(view):
            if _named(node) in _OF_CODE:
                yield Changed(f"{view.place(node)} reads the text of code, which has changed")
                return


def _texts(version: Version) -> list[str]:
    return [part.text for part in (*version.source.parts, *version.source.beside)]


def _running(view: View) -> Iterator[ast.expr | ast.stmt]:
    """Yield the expressions and statements of a module that trials need."""
    version = view.version
    for statement in view.module.statements:
        if view.module is not version.analysis.module or statement.node in version.running:
            nodes = ast.walk(statement.node)
            yield from (node for node in nodes if isinstance(node, ast.expr | ast.stmt))


def _named(node: ast.AST) -> str:
    """Return the name that a node reads; of an import, one that it binds."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.ImportFrom(names=names):
            return next((one.name for one in names if one.name in _OF_CODE), "")
    return ""


def _other_draws(before: Version, after: Version, template: Compared) -> Iterator[Changed]:
    """Yield statements that may draw random numbers and run at another time."""
    partitions = before.analysis.partition, after.analysis.partition
    draws = Draws(partitions[0].module), Draws(partitions[1].module)
    for had, has in template.pairs:
        now = partitions[1].placed(has).placement
        if partitions[0].placed(had).placement is not now and (
            draws[0].touched(had) or draws[1].touched(has)
        ):
            when = _WHEN.get(now, "now runs in each trial")
            yield Changed(f"{has.place}, which may draw random numbers, {when}")
    # What trials change may be put back after each, or else runs in each: only a run knows which.
    times = [(one.data_per_trial, bool(one.for_data)) for one in partitions]
    if times[0] != times[1]:
        # Before the model, the generators are seeded once more where data() runs in each trial.
        drawing = any(
            one.touched(statement)
            for partition, one in zip(partitions, draws, strict=True)
            for statement in (*partition.module.entry[:-1], *partition.kept)
            if statement.calls or partition.placed(statement).placement is not Placement.SETUP
        )
        if drawing:
            runs = "now runs once, before the trials" if times[0][0] else "may now run in each trial"
            yield Changed(f"data() {runs}, and random numbers may be drawn")


def told_of_labels(before: Version, after: Version, edits: Edits) -> Iterator[Changed]:
    """Yield code that reads the labels and values of its trial, if these are others now."""
    spaces = [_space(version) for version in (before, after)]
    pairs = {pair.after: pair.before for pair in edits.markers}
    if spaces[0] == spaces[1] and all(pairs.get(label) == label for label, _ in spaces[1]):
        return
    for version in (before, after):
        reads = [*_reading(version)]
        if reads:
            yield Changed(f"{reads[0]} reads the values of all labels, which have changed")
            return


def _space(version: Version) -> list[tuple[str, tuple[str, ...]]]:
    """Return the labels of a version, each with the texts of its options that are not constants."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for draw, labels in version.labels.items():
        options = [
            ast.unparse(one.node) for one in draw.options or () if not isinstance(one.node, ast.Constant)
        ]
        found += [(label, tuple(map(spelled_option, options))) for label in labels.values()]
    return found


def _reading(version: Version) -> Iterator[str]:
    """Yield the places at which code reads the values of its trial as a whole."""
    analysis = version.analysis
    own = [one.module for one in analysis.project.modules.values()]
    for part in version.source.beside:
        if "hypertemplate" in part.text:
            yield part.name
    for module in (analysis.module, *own):
        view = View(version, module)
        quiet = IdleCode(view)
        for statement in module.statements:
            if module is analysis.module and statement.node not in version.running:
                continue
            for node in noticed(statement.node, quiet):
                if _reads_all(node, view, is_space=analysis.partition.reads_space):
                    yield view.place(node)


def _reads_all(node: ast.expr, view: View, *, is_space: bool) -> bool:
    """Tell whether a name or attribute stands for all labels with their values, or for what has them."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name) and root.id == SPACE and is_space:
        return True
    path = view.module.dotted(node) or ""
    return path == "hypertemplate" or (path.startswith(_TRIAL) and not path.startswith(_SAME_FOR_ALL))
