"""Join of ``data()`` and the model: the returned values become arguments by name or by position."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hypertemplate.compiler.dataflow.module import Function
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, warning
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.entry.signature import Takes, takes_of
from hypertemplate.compiler.program import Join
from hypertemplate.compiler.syntax.nodes import own_nodes
from hypertemplate.compiler.syntax.scopes import bound_names, free_names
from hypertemplate.compiler.syntax.source import Span


@dataclass(frozen=True, slots=True)
class Returned:
    """One ``return`` of the data function.

    Attributes:
        names: name or key of each item; None for an expression.
        keys: index or dict key of each item.
        known: whether the number of items is known; a bare name or a call may be a tuple.
        is_dict: whether it is a dict display, which by position is one object.
        is_list: whether it is a list display, which is one object if the model takes one.
        mentioned: names in each item of a tuple or list.
    """

    names: tuple[str | None, ...]
    keys: tuple[int | str, ...]
    known: bool
    is_dict: bool = False
    is_list: bool = False
    mentioned: tuple[frozenset[str], ...] = ()


def join(
    selection: Selection, *, is_live: bool = False, is_viewed: bool = False
) -> tuple[Join, list[Diagnostic]]:
    """Return the join of data and model; `Join("none")` if there is none.

    Args:
        selection: the functions.
        is_live: whether the functions were passed to a search, rather than found in a file.
        is_viewed: whether a missing data function is no error, since nothing will run.
    """
    none = Join("none")
    if selection.model is None:
        return none, []
    takes = takes_of(selection.model)
    if selection.data_is_missing:
        return none, []  # that has been reported
    if selection.data is None and is_viewed:
        return none, []
    if selection.data is None or not takes.any:
        return none, [_no_data(selection.model, takes, is_live=is_live)] if takes.required else []
    accepts = takes_of(selection.data)
    needs, given = accepts.required, selection.data_args_count
    if selection.data_args is not None and given is not None and not accepts.fits(given):
        text = f"{selection.data.name}() does not take the {given} arguments that data_args gives"
        help = f"give one for each of its parameters: {', '.join(accepts.positional) or 'it has none'}"
        return none, [error(Code.JOIN, text, selection.data_args.span, help)]
    if needs and selection.data_args is None:
        text = f"{selection.data.name}() is called without arguments, but needs {', '.join(needs)}"
        defaults = ", ".join(f"{name}={name.upper()}" for name in needs)
        values = "values" if needs[1:] else "a value"
        help = (
            f"write def {selection.data.name}({defaults}), with {values} in place of "
            f"{' and '.join(name.upper() for name in needs)}"
        )
        return none, [error(Code.JOIN, text, selection.data.span, help)]
    returns = _returned(selection.data)
    if returns:
        if by_name := _by_name(returns, takes):
            return by_name, []
        if crossed := next(filter(None, (_crossed(one, takes) for one in returns)), None):
            return none, [_crossing(selection.model, selection.data, *crossed)]
        if by_position := _by_position(returns, takes):
            return by_position, []
    if not takes.required:
        return none, []  # every parameter has a default, and no name matches data()
    found = _with_locals(selection.data, returns, takes)
    if found is not None:
        return found, list(unreturned(selection.model, selection.data, found.locals, selection.model.span))
    return none, [_mismatch(selection.model, selection.data, returns, takes.required)]


def given_places(joined: Join, model: Function) -> dict[str, int | str]:
    """Map each parameter of the model that data gives a value to its place among the model's arguments."""
    if joined.how in ("name", "none"):
        return {name: name for name in (*(name for name, _ in joined.names), *joined.locals)}
    count = 1 if joined.how == "object" else joined.count
    return {name: place for place, name in enumerate(takes_of(model).positional[:count])}


def _no_data(model: Function, takes: Takes, *, is_live: bool) -> Diagnostic:
    listed = ", ".join(takes.required)
    if is_live:
        text = f"{model.name}() needs {listed}, and no data function was passed"
        return error(
            Code.NO_DATA, text, model.span, f"pass the function that returns {listed}: data=FUNCTION"
        )
    text = f"{model.name}() needs {listed}, and there is no data function"
    return error(Code.NO_DATA, text, model.span, f"define it: def data(): ... return {listed}")


def _returned(data: Function) -> list[Returned]:
    """Return the values of each ``return`` of the data function; skip ``return None``."""
    nodes = list(own_nodes(data.node))
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes):
        return [Returned((None,), (0,), False)]  # a generator: one object
    values = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    return [
        _items(value) for value in values if not (isinstance(value, ast.Constant) and value.value is None)
    ]


def _items(value: ast.expr) -> Returned:
    match value:
        case ast.Tuple(elts=items) | ast.List(elts=items) if not any(
            isinstance(item, ast.Starred) for item in items
        ):
            names = tuple(item.id if isinstance(item, ast.Name) else None for item in items)
            return Returned(
                names,
                tuple(range(len(items))),
                True,
                is_list=isinstance(value, ast.List),
                mentioned=tuple(frozenset(use.name for use in free_names(item)) for item in items),
            )
        case ast.Dict(keys=keys):
            texts = [k.value for k in keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]
            return Returned(tuple(texts), tuple(texts), True, is_dict=True)
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            words = [keyword.arg for keyword in keywords if keyword.arg is not None]
            return Returned(tuple(words), tuple(words), True, is_dict=True)
        case ast.Name(id=name):
            return Returned((name,), (0,), False)
    return Returned((None,), (0,), False)


def _by_name(returns: list[Returned], takes: Takes) -> Join | None:
    """Join by name: every return contains all required parameters, at the same place in each."""
    if not all(set(takes.required) <= set(r.names) for r in returns):
        return None
    if not all(r.known for r in returns):
        same = all(not r.known and [*r.names] == takes.required for r in returns)
        return Join("object") if same and takes.fits(1) else None
    wanted = [*takes.required, *(name for name in takes.optional if all(name in r.names for r in returns))]
    layouts = {tuple((name, r.keys[r.names.index(name)]) for name in wanted) for r in returns}
    return Join("name", layouts.pop()) if wanted and len(layouts) == 1 else None


def _by_position(returns: list[Returned], takes: Takes) -> Join | None:
    """Join by position: no returned name is a parameter's, or each one is also at that parameter's place."""
    several = len(takes.required) > 1
    for returned in returns:
        for name in {*takes.required, *takes.optional}.intersection(returned.names):
            places = [place for place, one in enumerate(returned.names) if one == name]
            if returned.is_dict or name not in map(takes.at, places):
                return None
        if not returned.known and several and returned.names[0] in takes.positional:
            return None
    # A list display is one object for a model that takes one.
    known = [r for r in returns if r.known and (several or not r.is_list or len(r.names) == 1)]
    counts = {1 if r.is_dict else len(r.names) for r in known}
    if not counts:
        # Only a run can show how many items a bare name or a call contains.
        count = len(takes.required) if several else 1
        if not takes.fits(count):
            return None
        return Join("position", count=count) if several else Join("object")
    count = counts.pop()
    if counts or not takes.fits(count):
        return None
    return Join("object") if any(r.is_dict for r in known) else Join("position", count=count)


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def _spellings(name: str) -> set[str]:
    """Return a name without case and underscores, and its words in alphabetical order."""
    return {name.replace("_", "").lower(), " ".join(sorted(map(str.lower, _WORD.findall(name))))}


def _crossed(returned: Returned, takes: Takes) -> tuple[Returned, str, str] | None:
    """Return a return with an item that by position would not become the parameter that it means.

    Returns:
        The return, the item, and the parameter; None if all is straight.
    """
    crossed = list(_other_spellings(returned, takes))
    if not any(name in takes.positional for name in returned.names):
        crossed += _expressions(returned, takes)
    return (returned, *crossed[0]) if crossed else None


def _other_spellings(returned: Returned, takes: Takes) -> Iterator[tuple[str, str]]:
    """Yield names that are those of a parameter but for spelling, at another place."""
    parameters = {*takes.positional, *takes.required, *takes.optional}
    for name in filter(None, returned.names):
        for spelling in _spellings(name) if name not in parameters else ():
            alike = sorted(one for one in parameters if spelling in _spellings(one))
            there = {takes.at(i) for i, n in enumerate(returned.names) if n and spelling in _spellings(n)}
            if alike and (returned.is_dict or there.isdisjoint(alike)):
                yield name, alike[0]


def _expressions(returned: Returned, takes: Takes) -> Iterator[tuple[str, str]]:
    """Yield expressions of one parameter's variable at the place of another, which is returned elsewhere."""
    found = [names.intersection(takes.positional) for names in returned.mentioned]
    made_of = [min(names) if len(names) == 1 else "" for names in found]
    for place, name in enumerate(made_of):
        there = {takes.at(other) for other, one in enumerate(made_of) if one == name}
        if name and returned.names[place] is None and takes.at(place) in made_of and name not in there:
            yield f"an expression of {name}", name


def _crossing(model: Function, data: Function, returned: Returned, item: str, parameter: str) -> Diagnostic:
    would = f"by position, {item} would not become '{parameter}' of {model.name}()"
    text = f"{data.name}() returns {_shown(returned)}: {would}"
    help = f"return them in the order of {model.name}(): {', '.join(takes_of(model).positional)}"
    return error(Code.JOIN, text, model.span, help)


def _with_locals(data: Function, returns: list[Returned], takes: Takes) -> Join | None:
    """Join by name if the missing parameters are local variables of data, as Hyperas allowed."""
    missing = [name for name in takes.required if not returns or not all(name in r.names for r in returns)]
    if not set(missing) <= bound_names(data.node):
        return None
    rest = [name for name in takes.required if name not in missing]
    if not rest:
        return Join("name", (), locals=tuple(missing))
    found = _by_name(returns, replace(takes, required=rest))
    if found is not None and found.how == "name":
        return Join("name", found.names, locals=tuple(missing))
    # `return x` may be anything, but it is the local variable of that name.
    bare = all(not r.known and r.names == tuple(rest) for r in returns)
    return (
        Join("name", (), locals=tuple(takes.required))
        if bare and set(rest) <= bound_names(data.node)
        else None
    )


def unreturned(
    model: Function, data: Function, names: Iterable[str], span: Span, *, declared: bool = False
) -> Iterator[Diagnostic]:
    """Warn about local variables of data that the model uses and data does not return.

    Args:
        model: model function.
        data: data function.
        names: the variables.
        span: place of their first use.
        declared: whether the model declares them ``global``, so that they cannot be parameters of it.
    """
    missing = [name for name in names if name not in _returned_names(data)]
    if missing:
        listed = ", ".join(missing)
        text = f"{model.name}() uses {listed}, local to {data.name}()"
        them = "it as a parameter" if len(missing) == 1 else "them as parameters"
        help = f"return {listed} from {data.name}(), and take {them} of {model.name}()"
        if declared:
            help = f"declare {listed} in {data.name}() too: global {listed}"
        yield warning(Code.UNRETURNED_LOCAL, text, span, help)


def _returned_names(data: Function) -> set[str]:
    """Return the variables that are, or are items of, what every ``return`` of data returns."""
    found: list[set[str]] = []
    for node in own_nodes(data.node):
        if isinstance(node, ast.Return) and node.value is not None:
            match node.value:
                case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Dict(values=items):
                    pass
                case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
                    items = [keyword.value for keyword in keywords]
                case value:
                    items = [value]
            found.append({item.id for item in items if isinstance(item, ast.Name)})
    return set.intersection(*found) if found else set()


def _shown(returned: Returned) -> str:
    """Describe the values of a ``return``."""
    if len(returned.names) > 1 and not any(returned.names):
        return f"{len(returned.names)} values"
    return ", ".join(name or "an expression" for name in returned.names) or "()"


def _mismatch(model: Function, data: Function, returns: list[Returned], required: list[str]) -> Diagnostic:
    needs = f"but {model.name}() needs {', '.join(required)}"
    written = f"return {', '.join(required)}"
    if not returns:
        text = f"{data.name}() returns nothing, {needs}"
        return error(Code.JOIN, text, data.span, f"{_defining(data, required)}end it with: {written}")
    shown = " or ".join(dict.fromkeys(map(_shown, returns)))
    text = f"{data.name}() returns {shown}, {needs}"
    if all(set(required) <= set(r.names) for r in returns):
        text = f"{data.name}() returns the same names in different places: {shown}"
        return error(Code.JOIN, text, data.span, f"return them in one order: {written}")
    ordered = _ordered(returns, required)
    if ordered:
        return error(Code.JOIN, text, model.span, f"return them in that order: return {', '.join(ordered)}")
    names = "it by this name" if len(required) == 1 else "them by these names"
    return error(Code.JOIN, text, model.span, f"{_defining(data, required)}return {names}: {written}")


def _defining(data: Function, names: list[str]) -> str:
    """Return the beginning of advice to return names that the data function does not bind."""
    missing = [name for name in names if name not in bound_names(data.node)]
    return f"define {', '.join(missing)} in {data.name}(), and " if missing else ""


def _ordered(returns: list[Returned], required: list[str]) -> list[str]:
    """Return the returned names in the order of the parameters; empty if one has no counterpart.

    A parameter of another name gets the returned name that no parameter has, if there is just one.
    """
    names = [name for name in returns[0].names if name is not None]
    rest = [name for name in names if name not in required]
    if len(returns) > 1 or not returns[0].known or len(names) != len(required) or len(rest) != 1:
        return []
    return [name if name in names else rest[0] for name in required]
