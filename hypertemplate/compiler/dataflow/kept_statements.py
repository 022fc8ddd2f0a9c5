"""Statements that are kept: those that data and model need, with all that has a lasting effect.

A notebook is a record of work, and in files too experiments are beside the model: what prints, plots,
explores and trains something else. The kept statements are the closure by name of those that the trial needs,
with all that change a kept name, and all that set something outside the template: options of libraries, the
environment, random numbers, the user's own modules; and those that write a file that a kept statement reads.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.bindings import KEEPING, loop_sources, through
from hypertemplate.compiler.dataflow.data_values import opaque_names
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.files.file_access import Access, Use, tells
from hypertemplate.compiler.dataflow.files.module_files import module_files
from hypertemplate.compiler.dataflow.files.path_pattern import is_spelled
from hypertemplate.compiler.dataflow.framework_state import GENERATORS, StateFinder, python_objects
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.imported_state import (
    is_own,
    listening,
    own_files,
    set_in,
    set_packages,
)
from hypertemplate.compiler.dataflow.library import PLOTTING, STAR, is_known
from hypertemplate.compiler.dataflow.module import FILES, Module, OwnUse, immediate_calls
from hypertemplate.compiler.dataflow.random_generators import Draws, seeds, seeds_any
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.nodes import last_name, outside, root
from hypertemplate.compiler.syntax.statements import defines

_Node = TopLevel | str


def closure(
    module: Module, candidates: list[TopLevel], roots: Collection[TopLevel], *, results: bool, alive: bool
) -> set[int]:
    """Return the numbers of the statements that are kept.

    Args:
        module: template.
        candidates: statements that may be kept.
        roots: statements that must be kept: the chosen functions, or in a script those that hold a marker.
        results: whether any variable may be the objective, as in a script: then statements that compute with
            a kept name are kept too.
        alive: whether the statements have run: then what they only may have changed is as it is in memory.
    """
    listeners = _Listeners(module, candidates)
    touching = _by_touched_name(module, candidates, results, alive)
    writing = {s: [one for one in listeners.files(s) if Use.WRITES in one.use] for s in candidates}
    writing = {s: accesses for s, accesses in writing.items() if accesses}

    def needed(node: _Node) -> Iterable[_Node]:
        if isinstance(node, str):
            return touching.get(node, ())
        names = node.names.everywhere | node.names.binds | node.names.declares
        return (*names, *_writers_for(module, node, writing), *drawing.before(node), *changing.for_(node))

    # Each number of a generator that is seeded depends on those drawn before it; what has run has drawn.
    drawing = _Drawing(module, () if alive else candidates)
    setting = [s for s in candidates if set_packages(module, s, ()) - PLOTTING and not shows(module, s)]
    changing = _ChangingOwn(module, setting if alive else ())
    start: list[_Node] = [*roots, *(s for s in candidates if _lasts(module, s, alive=alive))]
    start += [s for s in setting if s not in changing.changes]
    if seeds_any(module):
        start += [s for s in candidates if seeds(module, s)]
    start += drawing.before(*module.entry)
    start += listeners.heard(start, needed, set(roots))
    kept = [node for node in reachable(start, needed) if isinstance(node, TopLevel)]
    if any(statement.names.dynamic for statement in kept):
        kept += candidates  # code that is known only when it runs may name anything
    return {statement.number for statement in kept}


class _Listeners:
    """Objects and files that hear what is logged and printed: of handlers, and of streams.

    Args:
        module: template.
        candidates: statements that may be kept.
    """

    def __init__(self, module: Module, candidates: Iterable[TopLevel]) -> None:
        self._module = module
        self._candidates = list(candidates)
        self._calls = Draws(module).calls
        self._names: dict[str, set[str]] = {}
        self._files: list[Access] = []
        self._giving: set[TopLevel] = set()
        for statement in self._candidates:
            heard = listening(module, statement)
            self._giving |= {statement} if heard else set()
            for package, names in heard.items():
                self._names.setdefault(package, set()).update(names)
            if "logging" in heard:
                makers = [one for name in heard["logging"] for one in module.binders.get(name, ())]
                files = (one for maker in (statement, *makers) for one in module.facts.files(maker))
                self._files += [one for one in files if Use.LATER in one.use]

    def heard(
        self,
        start: Iterable[_Node],
        needed: Callable[[_Node], Iterable[_Node]],
        roots: Collection[TopLevel],
    ) -> list[TopLevel]:
        """Return the statements that log or print what is heard by an object that something needs.

        What gives the object to its package needs it too, and does not count.

        Args:
            start: statements that are kept.
            needed: function that returns what a statement or name needs.
            roots: those that must be kept, whatever they give.
        """
        if not self._names:
            return []
        apart = self._giving.difference(roots)
        counting = (one for one in start if one not in apart)
        reached = set(reachable(counting, lambda node: () if node in apart else needed(node)))
        heard = {package for package, names in self._names.items() if not reached.isdisjoint(names)}
        return [s for s in self._candidates if heard & self._told(s)]

    def files(self, statement: TopLevel) -> list[Access]:
        """Return the files that a statement reads and writes, also by logging."""
        logs = self._files if "logging" in self._told(statement) else []
        return [*self._module.facts.files(statement), *logs]

    def _told(self, statement: TopLevel) -> set[str]:
        if not self._names:
            return set()
        paths = map(self._path, self._calls(statement))
        return self._names.keys() & {one for path in paths for one in library.heard_by(path)}

    def _path(self, call: ast.Call) -> str:
        by_name = "." * isinstance(call.func, ast.Attribute) + (last_name(call.func) or "")
        return self._module.dotted(call.func) or by_name


class _Drawing:
    """Statements that draw from a generator of a package which the template has seeded above them.

    Args:
        module: template.
        candidates: statements that may be kept.
    """

    def __init__(self, module: Module, candidates: Iterable[TopLevel]) -> None:
        self._draws = Draws(module)
        self._drawn: list[tuple[TopLevel, frozenset[str]]] = []
        seeded: frozenset[str] = frozenset()
        for statement in candidates if seeds_any(module) else ():
            drawn = self._draws.certain(statement) & seeded if seeded else seeded
            self._drawn += [(statement, drawn)] if drawn else []
            seeded |= self._draws.seeded(statement)

    def before(self, *readers: TopLevel) -> Iterator[TopLevel]:
        """Yield the statements whose draws the numbers of later ones depend on."""
        for reader in readers if self._drawn else ():
            touched = self._draws.touched(reader)
            yield from (s for s, drawn in self._drawn if s.number < reader.number and drawn & touched)


class _ChangingOwn:
    """Statements that only change objects of the user's own modules, by code of these.

    What they did is in memory. They are needed for what they give these objects in each trial.

    Args:
        module: template.
        setting: statements that change or set something.
    """

    def __init__(self, module: Module, setting: Iterable[TopLevel]) -> None:
        self._module = module
        self.changes = {s: use.changes for s in setting if (use := self._use(s)) is not None}

    def _use(self, statement: TopLevel) -> OwnUse | None:
        """Return what a statement uses of these modules, if it sets nothing else."""
        use = self._module.own_uses.get(statement.number)
        if use is None or not use.changes or any(set_in(self._module, ast.walk(statement.node))):
            return None
        own = {one.partition(".")[0] for one in use.changes}
        return use if set_packages(self._module, statement, ()) <= own else None

    def for_(self, reader: TopLevel) -> Iterator[TopLevel]:
        """Yield the statements that change what another one may read, also in functions that it defines."""
        use = self._module.own_uses.get(reader.number) if self.changes else None
        if use is not None and not isinstance(reader.node, ast.Import | ast.ImportFrom):
            yield from (s for s, changes in self.changes.items() if _meet(changes, use.needs))


def _meet(some: Collection[str], others: Collection[str]) -> bool:
    """Tell whether one of some dotted names is one of others, or a part of it, or the other way round."""
    pairs = ((f"{one}.", f"{other}.") for one in some for other in others)
    return any(one.startswith(other) or other.startswith(one) for one, other in pairs)


def _writers_for(
    module: Module, reader: TopLevel, writing: Mapping[TopLevel, list[Access]]
) -> Iterator[TopLevel]:
    """Yield the statements that may write what a statement reads, or what functions that it defines read."""
    unsure = Use.MENTIONED | Use.OPAQUE
    now = [one for one in module.facts.files(reader) if one.use & (Use.READS | unsure) == Use.READS]
    names = reader.names.binds if defines(reader.node) else ()
    files = (one for name in names for one in module.facts.files_of(name))
    later = [one for one in files if one.use & (Use.READS | unsure) == Use.READS]
    loads = module.imported_code[reader.number].loads if reader.number in module.imported_code else ()
    through = (Access(path, Use.READS | Use.IMPORTED) for name in loads for path in module_files(name))
    (later if defines(reader.node) else now).extend(through)
    spelled = _spelled_for_own_code(module, reader)
    for writer, accesses in writing.items() if now or later or spelled else ():
        reads = [*later, *(now if writer.number < reader.number else ())]
        writes = [one for one in accesses if one.use & (Use.WRITES | unsure) == Use.WRITES]
        may_be_above = writer.number < reader.number or defines(reader.node)
        if any(tells(write, read) for write in writes for read in reads) or (
            may_be_above and any(is_spelled(write.path.shown, spelled) for write in writes)
        ):
            yield writer


def _spelled_for_own_code(module: Module, reader: TopLevel) -> set[str]:
    """Return the texts that may name files which the user's own modules read for a statement."""
    use, texts = own_files(module, reader, called=True)
    return texts if FILES in use.reads else set()


def _by_touched_name(
    module: Module, candidates: list[TopLevel], results: bool, alive: bool
) -> dict[str, list[TopLevel]]:
    """Map each name to the statements that bind it or may change its object."""
    facts = module.facts
    opaque = set() if alive else opaque_names(module)
    of_python = set[str]() if alive else python_objects(module)
    telling = of_python | opaque & (_generators(module) | _made_by_own(module))
    touching: dict[str, list[TopLevel]] = {}
    for statement in candidates:
        names = {*statement.names.binds, *statement.names.declares, *facts.binds(statement)}
        changed = _changed(module, statement, opaque, telling)
        changed &= module.binders.keys() - module.aliases.keys()
        names = names.union(*map(facts.aliases.holders, changed))
        names |= {one for name in changed & telling for one in facts.aliases.reached(name) & telling}
        held = set[str]().union(*map(facts.aliases.reached, changed & of_python))
        names |= held - module.aliases.keys()
        names = names.union(*map(facts.aliases.reached, facts.changes_inside(statement)))
        own = _of_own_modules(module, statement) - (_only_called(module, statement) if alive else set())
        names |= {*_styled(module, statement), *own}
        names |= _rebound(module, statement) if alive else set()
        if results and statement.names.binds - statement.binds_first and not defines(statement.node):
            names |= set(reachable(statement.names.immediately, module.deferred))
        for name in names:
            touching.setdefault(name, []).append(statement)
    return touching


def _of_own_modules(module: Module, statement: TopLevel) -> set[str]:
    """Return the names of objects of the user's own modules that a statement may change."""
    called = {
        node.func.id
        for node in ast.walk(statement.node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    names = {*touched(module, statement.node)}
    return {name for name in names - called if name in module.aliases and is_own(module.aliases[name])}


def _only_called(module: Module, statement: TopLevel) -> set[str]:
    """Return the names of the user's own modules of which a statement only calls functions: ``nets.build()``.

    What these functions change is known.
    """
    use = module.own_uses.get(statement.number)
    if use is None or defines(statement.node):
        return set()
    called = {
        call.func.value
        for call in ast.walk(statement.node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    }
    nodes = [node for node in ast.walk(statement.node) if isinstance(node, ast.Name)]
    own = {node.id for node in nodes if module.aliases.get(node.id) in use.reads}
    return own - {node.id for node in nodes if node not in called}


def _rebound(module: Module, statement: TopLevel) -> set[str]:
    """Return the names that functions which a statement may call declare ``global``."""
    called = reachable(statement.names.immediately, module.deferred)
    binders = (binder for name in called for binder in module.binders.get(name, ()))
    return set().union(*(binder.names.declares for binder in binders))


def _generators(module: Module) -> set[str]:
    """Return the names of objects that are, or hold, random generators."""
    made = {f"{path.rpartition('.')[2]}()" for path in GENERATORS}
    makers = StateFinder(module).names(list(module.statements))
    return {name for name, maker in makers.items() if maker in made}


def _made_by_own(module: Module) -> set[str]:
    """Return the names that calls of the user's own modules are bound to."""
    calls = ((s, module.dotted(call.func)) for s in module.statements for call in immediate_calls(s))
    return set[str]().union(*(s.names.binds for s, path in calls if path is not None and is_own(path)))


def _changed(module: Module, statement: TopLevel, opaque: set[str], telling: set[str]) -> set[str]:
    """Return the names whose objects a statement may change, also by giving them to a library; not data.

    Args:
        module: template.
        statement: statement.
        opaque: names whose objects are not known to be data.
        telling: those of them that count even if the statement only shows something.
    """
    only_shows = shows(module, statement)
    used_up = opaque.intersection(module.facts.uses_up(statement))
    return used_up | {
        name
        for name, how in module.facts.changes(statement).items()
        if how is not Change.HANDED or name in (telling if only_shows else opaque)
    }


def _styled(module: Module, statement: TopLevel) -> Iterator[str]:
    """Yield the names of the packages that only show something, if a statement sets how."""
    packages = {path.split(".")[0] for path in module.facts.outside(statement)} & PLOTTING
    if packages:
        yield from (name for name, path in module.aliases.items() if path.split(".")[0] in PLOTTING)


def touched(module: Module, node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement assigns into, deletes, calls a method on, or passes as an argument.

    Bodies of functions do not count: they run when they are called. Calls that only show something do not
    count either.
    """
    looped = loop_sources(node)
    worklist: list[ast.AST] = [node]
    while worklist:
        inner = worklist.pop()
        changes: list[str] = []
        match inner:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                worklist += outside(inner)
                continue
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                changes += root(inner)
            case ast.AugAssign(target=ast.Name(id=name)):
                changes.append(name)
            case ast.Call() if _only_shows(module, inner):
                continue
            case ast.Call(func=func):
                # A called name may be a method: `add = names.append`.
                changes += root(func) if not isinstance(func, ast.Call) else []
                if not isinstance(func, ast.Attribute) or func.attr not in KEEPING:
                    yield from _arguments(inner)
        for name in changes:
            yield from through(name, looped)
        worklist += list(ast.iter_child_nodes(inner))


def _arguments(call: ast.Call) -> Iterator[str]:
    """Yield the names that are arguments of a call, including ``*names`` and ``**names``."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        value = argument.value if isinstance(argument, ast.Starred) else argument
        if isinstance(value, ast.Name):
            yield value.id


def shows(module: Module, statement: TopLevel) -> bool:
    """Tell whether a statement only shows something: ``print(x)``, ``model.summary()``, ``plt.plot(x)``."""
    match statement.node:
        case ast.Expr(value=ast.Call() as call) if _only_shows(module, call):
            return True
        case ast.Expr(value=value):
            # A value at the end of a cell, unless it has an effect: `[model.add(Dense(n)) for n in sizes]`.
            if Change.CERTAIN in module.facts.changes(statement).values():
                return False  # by an operator of the template's own: `store << x`
            return all(_only_shows(module, call) for call in ast.walk(value) if isinstance(call, ast.Call))
    return False


def _only_shows(module: Module, call: ast.Call) -> bool:
    return library.shows(module.dotted(call.func) or last_name(call.func) or "")


def _lasts(module: Module, statement: TopLevel, *, alive: bool) -> bool:
    """Tell whether a statement may leave something that a trial needs and that no name of the template holds.

    Examples are ``np.random.seed(1)``, ``os.environ["KERAS_BACKEND"] = "jax"``, and any call of a function of
    the user's own modules.
    """
    if module.facts.binds_anything(statement) or _sets_up(module, statement):
        return True
    packages = {path.split(".")[0] for path in module.facts.outside(statement)} - PLOTTING
    if all(map(is_known, (star.split(".")[0] for star in module.stars))):
        packages.discard(STAR[:-1])
    return any(is_known(package) or not alive for package in packages)


def _sets_up(module: Module, statement: TopLevel) -> bool:
    """Tell whether a statement imports what may set something up, or names that cannot be known."""
    match statement.node:
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return True
        case ast.Import(names=names):
            imported = {alias.name.split(".")[0] for alias in names}
        case ast.ImportFrom(module=str(origin), level=0):
            imported = {origin.split(".")[0]}
        case ast.ImportFrom():
            return True
        case _:
            return False
    return not all(map(is_known, imported))
