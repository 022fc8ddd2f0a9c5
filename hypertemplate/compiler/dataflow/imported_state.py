"""State of imported modules that one statement may set and a later one reads: their globals and settings.

The user's own modules are taken to be all but the standard library's and well-known packages: code of the
former may keep anything, that of the latter keeps what is set on purpose. Where the text of the former was
found, what their code reads and changes in other modules counts too.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.files.file_calls import of_function
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.module import FILES, Module, OwnUse, immediate_calls, imported_by
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.nodes import (
    evaluated,
    last_name,
    literal_text,
    name_texts,
    root,
    unused_calls,
)
from hypertemplate.compiler.syntax.statements import defines

_STREAMS = frozenset({"sys.stdout", "sys.stderr"})

BUILTINS = frozenset(dir(builtins))

FIGURE = "matplotlib"
"""Package that has the figure which all of `library.FIGURES` draw on."""


def changed_packages(module: Module, statement: TopLevel, reads: Iterable[str]) -> set[str]:
    """Return the packages whose state running a statement may change.

    Args:
        module: template.
        statement: statement that runs.
        reads: names that it reads when it runs, also in functions that it names.
    """
    reads = set(reads)
    binders = [binder for name in reads for binder in module.binders.get(name, ())]
    # An object of an imported class may keep its state in the class, or in its module.
    names = reads.union(*(_made_from(module, binder) for binder in binders))
    own = {package for package in _packages(module, names) if not library.is_known(package)}
    return own | set_packages(module, statement, reads)


def read_packages(module: Module, statement: TopLevel, reads: Iterable[str]) -> set[str]:
    """Return the packages whose options running a statement may read.

    Args:
        module: template.
        statement: statement that runs.
        reads: names that it reads when it runs, also in functions that it names.
    """
    names = set(reads)
    inside = (use.reads for use in _own_uses(module, statement, names))
    read = {library.STREAMS} if "print" in names - module.binders.keys() else set()
    made = {package for package, made in module.made_with.items() if not made.isdisjoint(names)}
    packages = {*_packages(module, names)}
    # An object that setup has made of a command line's options reads the arguments of the process.
    makers = (_packages(module, root(value)) for name in names for value in _values(module, name))
    read |= {"sys"} if library.COMMAND_LINES & packages.union(*makers) else set()
    read |= {"builtins"} if names & BUILTINS - module.binders.keys() else set()
    read |= {"os"} if library.PROGRAMS & packages else set()
    return read.union(made, packages, *inside, *(_shared(module, name) for name in names))


def set_packages(module: Module, statement: TopLevel, reads: Iterable[str]) -> set[str]:
    """Return the packages in which running a statement assigns an attribute or item, or sets an option.

    Args:
        module: template.
        statement: statement that runs.
        reads: names that it reads when it runs, also in functions that it names.
    """
    names = set(reads)
    binders = (binder for name in names for binder in module.binders.get(name, ()))
    code = [statement, *(binder for binder in binders if binder.names.deferred)]
    inside = (use.sets for use in _own_uses(module, statement, names))
    return set[str]().union(*inside, *(set(set_in(module, ast.walk(one.node))) for one in code))


def ordered_packages(module: Module, statement: TopLevel) -> set[str]:
    """Return the packages on whose own state running a statement acts, so that the order of calls matters.

    That of `library.FIGURES` is one, by the name of matplotlib: the figure that all of them draw on.
    """
    found: set[str] = set()
    for path, alone in _run_by(module, statement):
        package = path.split(".")[0]
        of_users = alone and package not in module.imported | {library.STAR[:-1]} and is_own(path)
        of_figures = package in library.FIGURES and not library.sets_option(path)
        if of_figures or of_users or library.draws_by_name(path):
            found.add(FIGURE)
        elif alone and library.keeps_order(path) and of_function(path) is None:
            found.add(package)
    return found


def begins(module: Module, statement: TopLevel, package: str) -> bool:
    """Tell whether running a statement begins what later calls of a package of `library.BEGUN` add to."""
    paths = [path.split(".") for path, _ in _run_by(module, statement)]
    return any(_holder(path[0]) == package and path[-1] in library.BEGINNING for path in paths)


def _holder(package: str) -> str:
    """Return the package that has what the calls of a package act on."""
    return FIGURE if package in library.FIGURES else package


def _run_by(module: Module, statement: TopLevel) -> Iterator[tuple[str, bool]]:
    """Yield the paths, or else the names, of what a statement calls, and whether the result is unused."""
    names = module.read_when_run(statement)
    binders = (binder for name in names for binder in module.binders.get(name, ()))
    code = [*evaluated(statement.node), *(n for b in binders if b.names.deferred for n in ast.walk(b.node))]
    alone = {call for node in code if isinstance(node, ast.Expr) for call in unused_calls(node.value)}
    for node in code:
        if isinstance(node, ast.Call):
            yield module.dotted(node.func) or library.STAR + ".".join(_attributes(node.func)), node in alone


def _attributes(func: ast.expr) -> list[str]:
    """Return the last names of what is called: ``plot`` and ``bar`` of ``df.plot.bar``."""
    owner = [func.value] if isinstance(func, ast.Attribute) else []
    return [name for name in map(last_name, (*owner, func)) if name]


def imports_own(module: Module, statement: TopLevel) -> bool:
    """Return True for an import of a module that the user may have written: it runs when first imported."""
    match statement.node:
        case ast.Import(names=found):
            paths = [one.name for one in found]
        case ast.ImportFrom(module=str(path), level=0):
            paths = [path]
        case _:
            return False
    packages = {path.split(".")[0] for path in paths} - module.imported
    return not all(map(library.is_known, packages))


def imported_sets(module: Module, statement: TopLevel) -> set[str]:
    """Return the modules and packages whose state what a statement imports may change."""
    return set[str]().union(*(code.sets for code in imported_by(module, statement)))


def common(some: Collection[str], others: Collection[str]) -> str:
    """Name the modules that two kinds of code share; a module shares its state with what is inside it."""
    pairs = ((one, other) for one in some for other in others)
    both = {max(pair, key=len) for pair in pairs if f"{max(pair)}.".startswith(f"{min(pair)}.")}
    return ", ".join(sorted(both))


def handed(module: Module, packages: set[str]) -> set[str]:
    """Return the names whose objects some packages got from the template, and may call or change at any time.

    Those whose making costs, such as arrays, are left alone by the code that gets them.
    """
    telling = (
        s for s in module.statements if not packages.isdisjoint(_packages(module, s.names.immediately))
    )
    names = set[str]().union(*(_given_by(module, statement) for statement in telling))
    costly = {s for s in module.statements if module.facts.costs(s) and not defines(s.node)}
    cheap = {name for name in names if costly.isdisjoint(module.binders.get(name, ()))}
    return cheap.union(reachable(cheap, module.deferred)) - module.constants


def registered(module: Module, statement: TopLevel) -> set[str]:
    """Return the names whose objects a package may call or change at any time once a statement has run.

    It assigns them to an attribute of the package, or gives them to a call that sets an option or registers
    them.
    """
    registers = any(
        (last_name(call.func) or "") in library.REGISTERING and any(_held_by(module, call.func))
        for call in immediate_calls(statement)
    )
    if defines(statement.node) or not (registers or any(set_in(module, ast.walk(statement.node)))):
        return set()
    names = _given_by(module, statement)
    return names.union(reachable(names, module.deferred)) - module.constants - module.aliases.keys()


def listening(module: Module, statement: TopLevel) -> dict[str, set[str]]:
    """Return the names of the objects that hear what is logged, or printed, once a statement has run.

    They are those that it gives to `logging`, or puts in the place of the process's output; by the package.
    A logger itself keeps nothing of what is written to it; it counts where code looks for its handlers.
    """
    reads = module.read_when_run(statement)
    packages = set_packages(module, statement, reads) & {"logging", library.STREAMS}
    if not packages or defines(statement.node):
        return {}
    by_handlers = any(
        _reads_handlers(module, node) for tree in module.trees for node in ast.walk(tree.module)
    )
    aliases = module.facts.aliases

    def keeps_nothing(name: str) -> bool:
        return not by_handlers and "logging" in _shared(module, name)

    def made_of(name: str) -> set[str]:
        if name in module.aliases or keeps_nothing(name):
            return set()
        made = (binder.names.immediately for binder in module.binders.get(name, ()))
        return module.deferred(name).union(aliases.reached(name), aliases.holders(name), *made)

    given = {*reachable(reads | statement.names.binds, made_of)} - module.aliases.keys() - module.constants
    given = {name for name in given if not keeps_nothing(name)}
    if by_handlers:
        given |= {name for name, path in module.aliases.items() if path.split(".")[0] == "logging"}
    inside = set[str]().union(*(use.sets for use in _own_uses(module, statement, reads)))
    own = {name for name, path in module.aliases.items() if is_own(path)}
    return {one: given | (own if one in inside else set()) for one in packages}


def own_files(module: Module, statement: TopLevel, *, called: bool = False) -> tuple[OwnUse, set[str]]:
    """Return what the user's own modules do when a statement runs, and the texts that may name their files.

    Of a definition that is `called`, its code counts.

    Their paths are not followed. So a text counts that is in their code, in the statement, or in what it
    reads: functions that it calls, and names of files.
    """
    names = module.read_when_run(statement)
    uses = list(_own_uses(module, statement, names)) if called or not defines(statement.node) else []
    if called and statement.number in module.own_uses:
        uses.append(module.own_uses[statement.number])
    uses += (OwnUse(code.reads, code.sets, code.texts) for code in imported_by(module, statement))
    reads = frozenset[str]().union(*(use.reads for use in uses))
    sets = frozenset[str]().union(*(use.sets for use in uses))
    if FILES not in reads | sets:
        return OwnUse(), set()
    code = [statement, *(binder for name in names for binder in module.binders.get(name, ()))]
    texts = set().union(*(use.texts for use in uses), *(name_texts(one.node) for one in code))
    return OwnUse(reads & {FILES}, sets & {FILES}), texts


def _reads_handlers(module: Module, node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute) or node.attr != "handlers":
        return False
    return module.dotted(node) != "logging.handlers"


def _given_by(module: Module, statement: TopLevel) -> set[str]:
    defined = statement.names.binds if defines(statement.node) else set()
    return (statement.names.immediately | defined) - module.aliases.keys()


def _own_uses(module: Module, statement: TopLevel, names: Collection[str]) -> Iterator[OwnUse]:
    """Yield the uses of the user's own modules by code that runs, and by the objects that it names."""
    code = {binder for name in names for binder in module.binders.get(name, ())}
    # A definition runs its decorators and defaults, and nothing of its body.
    if not defines(statement.node) or any(map(is_own, _packages(module, statement.names.immediately))):
        code.add(statement)
    for one in code if module.own_uses else ():
        if one.number in module.own_uses:
            yield module.own_uses[one.number]


def reads_package(module: Module, statement: TopLevel, reads: Iterable[str], packages: set[str]) -> bool:
    """Tell whether a statement, or a function that it names, uses any of some packages."""
    names = set(reads)
    if not packages.isdisjoint(read_packages(module, statement, names)):
        return True
    made = (_made_from(module, b) for name in names for b in module.binders.get(name, ()))
    return not packages.isdisjoint(_packages(module, set().union(*made)))


def _made_from(module: Module, binder: TopLevel) -> set[str]:
    """Return the names whose modules an object may share state with: of classes, and of what costs nothing.

    What a function makes at a cost, such as an array that it loads, is left alone by its module.
    """
    if not module.facts.costs(binder):
        return binder.names.immediately
    paths = ((call.func, module.dotted(call.func) or "") for call in immediate_calls(binder))
    classes = (function for function, path in paths if path.rpartition(".")[2][:1].isupper())
    return set().union(*(root(function) for function in classes))


def _packages(module: Module, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name in module.aliases:
            package = module.aliases[name].split(".")[0]
            if package not in module.imported:
                yield package


def is_own(path: str) -> bool:
    """Return True for the dotted path of a module that the user may have written, or of what it has."""
    return not library.is_known(path.split(".")[0])


def set_in(module: Module, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the packages in which code assigns an attribute or item, or sets an option by a call."""
    found = [*nodes]
    local = dict(_local_modules(module, found))
    for inner in found:
        match inner:
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()) if name in local:
                yield local[name]
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[ast.Name(id=name), *_]) if (
                name in local
            ):
                yield local[name]
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                yield from _held_by(module, inner)
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[owner, *_]):
                yield from _held_by(module, owner)
            case ast.Call(func=ast.Attribute() | ast.Name() as function):
                name, path = last_name(function) or "", module.dotted(function) or ""
                if path in library.SEEDING or path in library.STATE_SETTERS:
                    continue
                if library.sets_by_name(name) or library.adds_to_table(path):
                    yield from _held_by(module, function)
                elif name in ("start", "stop"):
                    yield from _patched(module, function)
                elif name in library.MUTATING and isinstance(function, ast.Attribute):
                    yield from _shared_by(module, function.value)
                    yield from (p for name in root(function) for p in _shared(module, name))


def _local_modules(module: Module, nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield names that code gives a module or a part of one, as ``m = math`` does, with the package."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name() | ast.Attribute() as value):
                yield from ((name, package) for package in _packages(module, root(value)))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.Call() as value):
                yield from ((name, package) for package in _named_by_text(module, value))


def _held_by(module: Module, node: ast.expr) -> Iterator[str]:
    """Yield the packages that an expression such as ``os.environ[name]`` or ``log.setLevel`` is a part of."""
    if module.dotted(node) in _STREAMS:
        yield library.STREAMS
    for name in root(node):
        yield from _packages(module, (name,)) if name != "__builtins__" else ("builtins",)
        yield from _shared(module, name)
    for inner in ast.walk(node):
        yield from _named_by_text(module, inner)


def _named_by_text(module: Module, node: ast.AST) -> Iterator[str]:
    """Yield the package that an expression names by a text, or the variable of the environment that it is.

    Examples are ``sys.modules["math"]``, ``importlib.import_module("math")``, ``mock.patch("math.pi", 3)``.
    """
    match node:
        case ast.Subscript(value=owner, slice=ast.Constant(value=str(text))):
            if module.dotted(owner) == "sys.modules":
                yield text.split(".")[0]
            elif module.dotted(owner) == "os.environ" and text == "TZ":
                yield from library.TELLING_TIME
        case ast.Call(func=function, args=[first, *_]):
            path = module.dotted(function) or ""
            if path == "importlib.import_module" or path.startswith(library.PATCHES):
                yield from filter(None, (literal_text(first).split(".")[0],))
                yield from _packages(module, root(first))


def _patched(module: Module, function: ast.expr) -> Iterator[str]:
    """Yield the packages that a patch changes: of ``mock.patch("math.pi", 3)``, or of a name for one."""
    values = (value for name in root(function) for value in _values(module, name))
    for value in (function, *values):
        yield from (one for inner in ast.walk(value) for one in _named_by_text(module, inner))


def _shared(module: Module, name: str) -> Iterator[str]:
    """Yield the packages whose shared objects a name stands for: ``log = logging.getLogger("x")``."""

    def others(one: str) -> Iterator[str]:
        yield from (value.id for value in _values(module, one) if isinstance(value, ast.Name))

    for one in reachable([name], others):
        for value in _values(module, one):
            yield from _shared_by(module, value)


def _values(module: Module, name: str) -> Iterator[ast.expr]:
    for binder in module.binders.get(name, ()) if name not in module.aliases else ():
        yield from (value for bound, value in bindings(binder.node) if bound == name)


def _shared_by(module: Module, value: ast.expr) -> Iterator[str]:
    """Yield the package of an expression whose value is an object with options for everybody."""
    if isinstance(value, ast.Call):
        path = module.dotted(value.func)
        yield from _packages(module, root(value)) if path in library.SHARED_MAKERS else ()
    elif module.dotted(value) in library.SHARED_OBJECTS:
        yield from _packages(module, root(value))
