"""The statement with which a file starts its own search: the search sees the program as it is there."""

from __future__ import annotations

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.driver_calls import Searches
from hypertemplate.compiler.entry.minimize_calls import MinimizeCall, call_for, named
from hypertemplate.compiler.entry.selection import usual, usual_model
from hypertemplate.compiler.syntax.tree import Tree


def search_statement(
    module: Module, calls: tuple[MinimizeCall, ...], model: str | None, data: str | None
) -> TopLevel | None:
    """Return the first statement that drives a search of the model, or None.

    Args:
        module: the template, all of it.
        calls: its calls of ``minimize``.
        model: name of the model function that the user gave, or None.
        data: name of the data function that the user gave, or None.
    """
    call = call_for(calls, model, data)
    alike = [one for one in calls if _functions(one) == _functions(call)]
    model = model or named(call, "model") or usual_model(module)
    data = data or named(call, "data")
    defined = [module.binders[name][0].number for name in (model, data) if name in module.binders]
    if model is None or not defined:
        return None
    starts = frozenset(one.node for one in alike)
    searches = Searches(module, starts, model, data or usual(module, ("data",)))
    own = (s for s in module.statements[max(defined) + 1 :] if not s.tree.origin.module)
    return next(filter(searches.drives, own), None)


def _functions(call: MinimizeCall | None) -> tuple[str | None, str | None]:
    return named(call, "model"), named(call, "data")


def trees_up_to(trees: tuple[Tree, ...], last: TopLevel) -> tuple[Tree, ...]:
    """Return the parts of a template that have run when a statement runs."""
    before = trees[: trees.index(last.tree)]
    return (*before, last.tree.up_to(last.node))
