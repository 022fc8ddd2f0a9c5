"""Objects of the user's own modules whose contents code changes, and those whose contents it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.imported_state import set_in
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.project.references import Reference, resolved
from hypertemplate.compiler.syntax.literals import is_constant
from hypertemplate.compiler.syntax.nodes import root
from hypertemplate.compiler.syntax.statements import defines

_ADDING = frozenset({"add", "append", "appendleft", "extend", "insert", "update"})
"""Methods of containers that read nothing of what these hold."""

_CONTAINERS = frozenset({"Counter", "OrderedDict", "defaultdict", "deque", "dict", "list", "set"})


def code(modules: Mapping[str, Module], reference: Reference) -> list[TopLevel]:
    """Return the statements that bind what a reference names; all of the module if it names nothing.

    Args:
        modules: the user's own modules.
        reference: name of one of them.
    """
    module = modules[reference.module]
    return module.binders.get(reference.name, []) if reference.name else list(module.statements)


def dotted(reference: Reference) -> str:
    """Return the path of what a reference names."""
    return f"{reference.module}.{reference.name}" if reference.name else reference.module


def changed_objects(modules: Mapping[str, Module], name: str, statement: TopLevel) -> Iterator[str]:
    """Yield the dotted names whose objects a statement may change, with the functions in it.

    The module alone stands for all that it has, where the text does not tell which object it is.

    Args:
        modules: the user's own modules.
        name: the module of the statement.
        statement: the statement.
    """
    module, nodes = modules[name], [*ast.walk(statement.node)]
    tops = {one.partition(".")[0] for one in modules}
    yield from (package for package in set_in(module, nodes) if package in tops)
    yield from (f"{name}.{one}" for one in statement.names.declares)
    for node in nodes:
        objects = [one for one in owners(node) if touched_object(modules, name, one) is not None]
        if changes_local_object(node) or _uses_held_object(node):
            objects += [*owners(node)][:1]  # the object itself; arguments follow
        for one in objects:
            yield from _places(modules, name, statement, one)


def read_objects(modules: Mapping[str, Module], name: str, statement: TopLevel) -> Iterator[str]:
    """Yield the dotted names whose objects a statement may read, with the functions in it.

    What is only added to a list, set or dict is not read there.

    Args:
        modules: the user's own modules.
        name: the module of the statement.
        statement: the statement.
    """
    module = modules[name]
    if statement.names.dynamic:
        yield name
    yield from (f"{name}.{one}" for one in statement.names.maybe)
    for use in statement.names.uses:
        if use.name in module.aliases:
            found = resolved(module.aliases[use.name], modules)
            yield from () if found is None else (dotted(found),)
        elif not (_only_adds(statement, use.node) and _is_container(modules, Reference(name, use.name))):
            yield f"{name}.{use.name}"


def owners(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions whose objects a node changes, calls a method of, or gives to a call."""
    match node:
        case ast.Attribute(value=owner, ctx=ast.Store() | ast.Del()):
            yield owner
        case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
            yield owner
        case ast.Call(func=func, args=args, keywords=keywords):
            yield from (func.value,) if isinstance(func, ast.Attribute) else ()
            yield from (*args, *(keyword.value for keyword in keywords))


def touched_object(modules: Mapping[str, Module], name: str, expression: ast.expr) -> Reference | None:
    """Return the module's object that an expression of it stands for, or is made from; None if there is none.

    Args:
        modules: the user's own modules.
        name: the module of the expression.
        expression: what code changes, calls a method of, or gives away.
    """
    base, module = expression, modules[name]
    while isinstance(base, (ast.Subscript, ast.Call)):
        base = base.value if isinstance(base, ast.Subscript) else base.func
    path = module.dotted(base)
    found = Reference(name, next(root(base), "")) if path is None else resolved(path, modules)
    if found is None or not (_is_object(modules, found) or (base is not expression and found.name)):
        return None
    return found


def changes_local_object(node: ast.AST) -> bool:
    """Tell whether a node changes an object other than ``self``."""
    match node:
        case ast.Attribute(value=owner, ctx=ast.Store() | ast.Del()):
            return set(root(owner)) != {"self"} or not isinstance(owner, ast.Name)
        case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
            return set(root(owner)) != {"self"}
        case ast.Call(func=ast.Attribute(value=owner, attr=name)):
            return name in library.MUTATING and set(root(owner)) != {"self"}
        case ast.Call(func=ast.Name(id="setattr" | "delattr")):
            return True
    return False


def _uses_held_object(node: ast.AST) -> bool:
    """Tell whether a method changes, or calls a method of, what its object holds: ``self.model.fit(x)``."""
    held = next(owners(node), None)
    calls = not isinstance(node, ast.Call) or isinstance(node.func, ast.Attribute)
    return calls and isinstance(held, ast.Attribute | ast.Subscript) and set(root(held)) == {"self"}


def _places(modules: Mapping[str, Module], name: str, statement: TopLevel, owner: ast.expr) -> Iterator[str]:
    """Yield what an expression whose object changes may stand for: a container of a module, or anything."""
    module = modules[name]
    if isinstance(owner, ast.Name) and any(owner is use.node for use in statement.names.uses):
        found = Reference(name, owner.id)
        if _is_container(modules, found):
            yield dotted(found)
            return
    paths = (module.aliases[one] for one in statement.names.everywhere if one in module.aliases)
    found_there = (resolved(path, modules) for path in paths)
    yield from {name, *(one.module for one in found_there if one is not None)}


def _is_object(modules: Mapping[str, Module], reference: Reference) -> bool:
    """Tell whether a name stands for an object that code may change: no definition, and no number."""
    binders = code(modules, reference) if reference.name else []
    module = modules[reference.module]
    return any(not defines(one.node) for one in binders) and reference.name not in module.constants


def _is_container(modules: Mapping[str, Module], reference: Reference) -> bool:
    """Tell whether a name stands for a list, set or dict that its module has made, and nothing else has."""
    module = modules[reference.module]
    binders = [one.node for one in code(modules, reference)]
    values = [one.value for one in binders if isinstance(one, ast.Assign) and _binds_one_name(one)]
    return bool(binders) and len(values) == len(binders) and all(_is_new(module, one) for one in values)


def _binds_one_name(node: ast.Assign) -> bool:
    return len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)


def _is_new(module: Module, value: ast.expr) -> bool:
    """Tell whether an expression makes a container that nothing else holds, of constants."""
    match value:
        case ast.List(elts=items) | ast.Set(elts=items):
            return all(map(is_constant, items))
        case ast.Dict(keys=keys, values=values):
            return all(one is not None and is_constant(one) for one in (*keys, *values))
        case ast.Call(func=func, args=[], keywords=[]):
            path = module.dotted(func) or ast.unparse(func)
            return path.removeprefix("collections.") in _CONTAINERS - module.functions.keys()
    return False


def _only_adds(statement: TopLevel, name: ast.Name) -> bool:
    """Tell whether code only adds something to what a name holds: ``made.append(x)``."""
    around = [parent for _, parent in statement.tree.ancestors(name)][:3]
    match around:
        case [ast.Attribute(attr=method), ast.Call(func=func) as call, ast.Expr(value=value)]:
            return method in _ADDING and around[0] is func and value is call
    return False
