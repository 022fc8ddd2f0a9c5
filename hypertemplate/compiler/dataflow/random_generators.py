"""Random generators that a process has one of: statements that seed them, and that may draw from them.

The numbers of a draw depend on all draws before it, so such a generator is state of its package. What is not
known may draw from any of them; a package that is known draws from those in its row.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace

from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.evaluation.receivers import Origin, written_origin
from hypertemplate.compiler.dataflow.framework_state import heard_ends
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.library import (
    GIVING_ITEMS,
    KNOWN_PACKAGES,
    MUTATING,
    PLAIN_METHODS,
    SEEDING,
    SHOWING,
    STATE_SETTERS,
    shows,
)
from hypertemplate.compiler.dataflow.module import (
    ImportedCode,
    Module,
    build_module,
    immediate_calls,
    imported_by,
)
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.syntax.import_paths import with_packages
from hypertemplate.compiler.syntax.nodes import (
    bodies,
    calls,
    evaluated,
    is_marker_shaped,
    last_name,
    literal_text,
    root,
)
from hypertemplate.compiler.syntax.statements import defines
from hypertemplate.compiler.syntax.tree import Tree, parents_of

PYTHON, NUMPY, TENSORFLOW, TORCH = "random", "numpy", "tensorflow", "torch"

EVERY = frozenset({PYTHON, NUMPY, TENSORFLOW, TORCH})
"""Packages with such a generator. That of Keras is seeded from Python's."""

_NONE: frozenset[str] = frozenset()

_DRAWING = {
    "catboost": {NUMPY},
    "elephas": EVERY,
    "gensim": {NUMPY},
    "imblearn": {NUMPY},
    "keras": EVERY,
    "keras_tuner": EVERY,
    "lightgbm": {NUMPY},
    "numpy.random": {NUMPY},
    "random": {PYTHON},
    "scikeras": EVERY,
    "scipy": {NUMPY},
    "skimage": {NUMPY},
    "sklearn": {NUMPY},
    "spacy": EVERY,
    "statsmodels": {NUMPY},
    "tensorflow": {TENSORFLOW},
    "tensorflow.keras": EVERY,
    "tensorflow_addons": EVERY,
    "tf_keras": EVERY,
    "torch": {TORCH},
    "torchvision": {PYTHON, TORCH},
    "transformers": EVERY,
    "xgboost": {NUMPY},
}
"""Packages that are known -> generators from which their functions, or objects, may draw; of others, none."""

_QUIET = (
    *("Input", "backend", "callbacks", "config", "datasets", "layers.Input", "losses", "metrics"),
    *("mixed_precision", "optimizers", "preprocessing.sequence.pad_sequences", "utils.get_file"),
    *("utils.normalize", "utils.pad_sequences", "utils.to_categorical"),
)
"""Beginnings of paths in Keras that draw no numbers."""

_QUIET_ELSEWHERE = (
    *("numpy.random.default_rng", "numpy.random.Generator"),
    *("numpy.random.RandomState", "numpy.random.SeedSequence", "random.Random", "random.SystemRandom"),
    *("sklearn.datasets.fetch_", "sklearn.datasets.load_", "sklearn.metrics", "sklearn.preprocessing"),
    *("sklearn.show_versions", "tensorflow.cast", "tensorflow.config", "tensorflow.constant"),
    *("tensorflow.io", "tensorflow.random.Generator", "torch.cuda.is_", "torch.device"),
    *("torch.from_numpy", "torch.load", "torch.no_grad", "torch.tensor"),
)
"""Beginnings of paths in other packages that draw no numbers."""

_PLAIN = (
    *("apply", "assign", "close", "compile", "describe", "drop", "dropna", "fillna", "flatten", "groupby"),
    *("head", "info", "isin", "isna", "isnull", "load", "numpy", "read", "readlines", "reset_index"),
    *("seek", "to_numpy", "unique", "value_counts", "write"),
)
_QUIET_METHODS = PLAIN_METHODS | GIVING_ITEMS | (MUTATING - {"add", "send"}) | SHOWING | {*_PLAIN}
"""Methods that draw no numbers, of whichever object."""

_CERTAIN = {
    "numpy.random.": NUMPY,
    "random.": PYTHON,
    "scipy.optimize.basinhopping": NUMPY,
    "scipy.optimize.differential_evolution": NUMPY,
    "scipy.optimize.dual_annealing": NUMPY,
    "scipy.sparse.random": NUMPY,
    "scipy.stats.bootstrap": NUMPY,
    "scipy.stats.goodness_of_fit": NUMPY,
    "scipy.stats.monte_carlo_test": NUMPY,
    "scipy.stats.permutation_test": NUMPY,
    "sklearn.datasets.make_": NUMPY,
    "sklearn.model_selection.train_test_split": NUMPY,
    "sklearn.utils.resample": NUMPY,
    "sklearn.utils.shuffle": NUMPY,
    "tensorflow.random.": TENSORFLOW,
    "torch.bernoulli": TORCH,
    "torch.multinomial": TORCH,
    "torch.normal": TORCH,
    "torch.rand": TORCH,
    "torch.utils.data.random_split": TORCH,
}
"""Beginnings of paths of functions -> generator from which they draw in every call."""

_SAMPLING = frozenset({"rvs", "sample"})
"""Methods that draw from NumPy's generator in every call: of tables and distributions."""

_SEED_ARGUMENTS = frozenset({"generator", "random_state", "rng", "seed"})
"""Arguments that give a call a generator of its own, unless they are None."""

_FITTING = frozenset(
    {"fit", "fit_generator", "fit_predict", "fit_resample", "fit_transform", "partial_fit", "train"}
)
"""Methods in which an estimator or network draws."""

_FITTED_IN = tuple(
    f"sklearn.model_selection.{name}" for name in ("cross_val", "learning_curve", "validation_curve")
)
"""Beginnings of paths of functions that fit their first argument."""

_SELDOM = (
    *(*_FITTED_IN, "sklearn.model_selection.GridSearchCV"),
    *("catboost", "gensim", "lightgbm", "numpy", "pandas", "scipy", "skimage", "sklearn.base"),
    *("sklearn.cluster.AgglomerativeClustering", "sklearn.cluster.DBSCAN", "sklearn.compose"),
    *("sklearn.discriminant_analysis", "sklearn.feature_extraction", "sklearn.impute.SimpleImputer"),
    *("sklearn.linear_model.LinearRegression", "sklearn.linear_model.Ridge", "sklearn.naive_bayes"),
    *("sklearn.neighbors", "sklearn.pipeline", "sklearn.set_config", "sklearn.svm.SV", "sklearn.tree.export"),
    *("sklearn.tree.plot", "statsmodels", "xgboost"),
)
"""Beginnings of paths of what may draw, but with its defaults does not."""

_SELDOM_TENSORS = ("tensorflow.", "torch.")
_OFTEN_TENSORS = ("tensorflow.keras.", "torch.hub.", "torch.nn.")
"""Beginnings of paths of frameworks that compute with tensors, and of what in them makes networks."""

_SEEDED_BY = {
    "random": {PYTHON},
    "numpy": {NUMPY},
    "tensorflow": {TENSORFLOW},
    "torch": {TORCH},
}


def seeds(module: Module, statement: TopLevel) -> bool:
    """Tell whether a statement that binds nothing seeds random numbers, perhaps through a local function."""
    if statement.names.binds or not isinstance(statement.node, (ast.Expr, ast.If, ast.Try, ast.With)):
        return False
    waiting = list(immediate_calls(statement))
    seen: set[str] = set()
    while waiting:
        func = waiting.pop().func
        if module.dotted(func) in SEEDING:
            return True
        function = module.function(func.id) if isinstance(func, ast.Name) else None
        if function is not None and function.name not in seen:
            seen.add(function.name)
            waiting += calls(function.node.body)
    return False


def with_bare_seeds(module: Module) -> Module:
    """Return a module that binds nothing to the result of a call that seeds: ``_ = np.random.seed(1)``.

    Such a statement may run again, whatever the name stands for by then.
    """
    trees = tuple(_with_bare_seeds(module, tree) for tree in module.trees)
    return module if trees == module.trees else build_module(trees)


def _with_bare_seeds(module: Module, tree: Tree) -> Tree:
    body = [_bare_seed(module, node) or node for node in tree.module.body]
    if body == tree.module.body:
        return tree
    changed = ast.Module(body, tree.module.type_ignores)
    return replace(tree, module=changed, parents=parents_of(changed))


def _bare_seed(module: Module, node: ast.stmt) -> ast.Expr | None:
    match node:
        case ast.Assign(value=ast.Call(func=func) as call) | ast.AnnAssign(value=ast.Call(func=func) as call):
            if module.dotted(func) in SEEDING and call.lineno == node.lineno:
                return ast.copy_location(ast.Expr(call), call)
    return None


def seeds_any(module: Module) -> bool:
    """Tell whether a template has a call that seeds."""
    return any(_seeded_by(module, call) for tree in module.trees for call in _calls_in(tree.module))


class Draws:
    """Generators that statements seed and draw from.

    Args:
        module: template, or a module of the user's own.
        followed: names of modules whose functions are looked into elsewhere.
    """

    def __init__(self, module: Module, followed: Collection[str] = ()) -> None:
        self._module = module
        self._followed = followed
        self._of_names: dict[str, frozenset[str]] = {}
        self._of_functions: dict[str, list[ast.Call]] = {}
        self._of_methods: dict[str, list[ast.Call]] = {}
        self._any = seeds_any(module)
        has_ends = any("__del__" in tree.text for tree in module.trees)
        self._ended = heard_ends(module).keys() if has_ends else _NONE

    def seeded(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages whose generator running a statement seeds."""
        every = self.calls(statement) if self._any else ()
        imported = (code.seeds for code in self._imported(statement))
        return _NONE.union(*(_seeded_by(self._module, call) for call in every), *imported)

    def only_seeded(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages whose generator running a statement seeds, and likely does not draw from."""
        seeded = self.seeded(statement)
        others = [call for call in self.calls(statement) if not _seeded_by(self._module, call)]
        return seeded.difference(*(self._surely_drawn_by(one) | self._often_drawn(one) for one in others))

    def touched(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages whose generator running a statement seeds, or may draw from."""
        found = self.seeded(statement)
        found = found.union(*(self._drawn_by(call) for call in self.calls(statement)))
        found |= self.certain(statement)
        imported = (code.draws for code in self._imported(statement))
        return found.union(*(self._iterated(node) for node in evaluated(statement.node)), *imported)

    def seeded_in(self, definition: TopLevel) -> frozenset[str]:
        """Return the packages whose generator the code of a definition seeds."""
        return _NONE.union(*(_seeded_by(self._module, call) for call in _calls_in(definition.node)))

    def touched_in(self, definition: TopLevel) -> frozenset[str]:
        """Return the packages whose generator the code of a definition seeds, or may draw from."""
        every = [*_calls_in(definition.node)]
        drawn = (self._drawn_by(call) | self._surely_drawn_by(call) for call in every)
        return self.seeded_in(definition).union(*drawn)

    def _imported(self, statement: TopLevel) -> Iterator[ImportedCode]:
        return imported_by(self._module, statement)

    def certain(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages whose generator running a statement draws from, by functions that always do."""
        return _NONE.union(*(self._surely_drawn_by(call) for call in self.calls(statement)))

    def likely(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages whose generator running a statement draws from unless it is told not to.

        That is less than may be: an estimator draws when it is fitted, unless it has a seed of its own.
        """
        every = list(self.calls(statement))
        own = [call for call in every if not _has_seed(call)]
        found = self.certain(statement).union(*(self._often_drawn(call) for call in own))
        fitting = [call for call in every if self._fits(call)]
        made = [*every, *(maker for call in fitting for maker in self._makers(call))] if fitting else []
        return found.union(*(self._often_drawn(call, objects=True) for call in made if not _has_seed(call)))

    def _often_drawn(self, call: ast.Call, *, objects: bool = False) -> frozenset[str]:
        path = self._module.dotted(call.func)
        if path is None or path.partition(".")[0] in self._module.imported or shows(path):
            return _NONE
        of_tensors = path.startswith(_SELDOM_TENSORS) and not path.startswith(_OFTEN_TENSORS)
        return _NONE if of_tensors or path.startswith(_SELDOM) else _drawn_in(path, objects=objects)

    def _fits(self, call: ast.Call) -> bool:
        """Tell whether a call is one in which estimators or networks draw."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in _FITTING:
            return True
        return (self._module.dotted(call.func) or "").startswith(_FITTED_IN)

    def _makers(self, call: ast.Call) -> Iterator[ast.Call]:
        """Yield the calls that have made what a call fits: the object of a method, or the first argument."""
        path = self._module.dotted(call.func)
        fitted = [call.func] if path is None else call.args[:1]
        names = {node.id for one in fitted for node in ast.walk(one) if isinstance(node, ast.Name)}
        for binder in (binder for name in names for binder in self._module.binders.get(name, ())):
            if not defines(binder.node):
                yield from self.calls(binder)

    def _surely_drawn_by(self, call: ast.Call) -> frozenset[str]:
        passed = (path for one in _arguments(call) for path in self._paths(one))
        found = _NONE.union(*map(_surely_drawn_in, passed))  # `map(random.choice, x)`
        if _has_seed(call):
            return found
        path = self._module.dotted(call.func) or ""
        if (not path or path.startswith("scipy.")) and last_name(call.func) in _SAMPLING:
            found |= {NUMPY}
        return found.union(*map(_surely_drawn_in, self._paths(call.func)))

    def _paths(self, node: ast.expr, seen: frozenset[str] = _NONE) -> Iterator[str]:
        """Yield the paths of imported functions that an expression may be: ``draw``, ``table['normal']``."""
        path = self._module.dotted(node)
        if path is not None:
            yield path
            return
        parts: list[ast.expr] = []
        match node:
            case ast.Name(id=name) if name not in seen:
                parts, seen = list(self._values(name)), seen | {name}
            case ast.Attribute(value=owner, attr=attribute):
                yield from (f"{path}.{attribute}" for path in self._paths(owner, seen))
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, name, *_]):
                yield from (f"{path}.{literal_text(name)}" for path in self._paths(owner, seen))
            case ast.Call(func=func, args=[first, *_]) if last_name(func) in ("partial", "staticmethod"):
                parts = [first]
            case ast.Subscript(value=whole):
                parts = [whole]
            case ast.Dict(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
                pass
            case ast.IfExp(body=first, orelse=last):
                parts = [first, last]
        for part in parts:
            yield from self._paths(part, seen)

    def _values(self, name: str) -> Iterator[ast.expr]:
        """Yield the expressions that a name of the module is bound to."""
        for binder in self._module.binders.get(name, ()):
            yield from (value for bound, value in bindings(binder.node) if bound == name)

    def calls(self, statement: TopLevel) -> Iterator[ast.Call]:
        """Yield the calls that run with a statement, also in the functions and methods that it may call."""
        in_markers = _of_markers(statement.node)
        names = self._module.read_when_run(statement)
        pending = [call for call in immediate_calls(statement) if call not in in_markers]
        pending += (call for name in names for call in self._called_by_name(name))
        if self._ended and not self._ended.isdisjoint(self._module.facts.binds(statement)):
            pending += self._called_by_method("__del__")
        methods: set[str] = set()
        while pending:
            call = pending.pop()
            yield call
            lambdas = (one for one in _arguments(call) if isinstance(one, ast.Lambda))
            pending += (inner for one in lambdas for inner in _calls_in(one.body))
            if isinstance(call.func, ast.Attribute) and call.func.attr not in methods:
                methods.add(call.func.attr)
                pending += self._called_by_method(call.func.attr)

    def _called_by_name(self, name: str) -> list[ast.Call]:
        """Return the calls in the functions that a name of the module may stand for."""
        if name not in self._of_functions:
            binders = (b for b in self._module.binders.get(name, ()) if any(bodies(b.node)))
            self._of_functions[name] = [call for binder in binders for call in _calls_in(binder.node)]
        return self._of_functions[name]

    def _called_by_method(self, name: str) -> list[ast.Call]:
        """Return the calls in the methods of this name, and in the functions that these name."""
        if name not in self._of_methods:
            found = self._of_methods[name] = []
            for code in self._module.facts.known.methods.get(name, ()):
                names = {node.id for node in ast.walk(code.node) if isinstance(node, ast.Name)}
                found += _calls_in(code.node)
                for called in reachable(names - {code.root}, self._module.deferred):
                    found += self._called_by_name(called)
        return self._of_methods[name]

    def _drawn_by(self, call: ast.Call) -> frozenset[str]:
        module, func = self._module, call.func
        path = module.dotted(func)
        if path is not None:
            # What a function of the template calls is among the calls itself.
            elsewhere = path.partition(".")[0] in module.imported or self._is_followed(path)
            return _NONE if elsewhere else _drawn_in(path)
        name = last_name(func)
        if isinstance(func, ast.Name) and (func.id in module.nested or hasattr(builtins, func.id)):
            return _NONE
        if isinstance(func, ast.Attribute) and (name in _QUIET_METHODS or _is_own(module, func)):
            return _NONE
        holders = list(root(func))
        return _NONE.union(*map(self._drawn_by_object, holders)) if holders else _NONE

    def _is_followed(self, path: str) -> bool:
        return any(one in self._followed for one in with_packages(path))

    def _drawn_by_object(self, name: str) -> frozenset[str]:
        """Return the generators from which an object may draw that a name of the module stands for."""
        if name not in self._module.binders:
            return EVERY  # a local variable
        if name not in self._of_names:
            self._of_names[name] = _NONE  # of names that are made from each other
            made = (binder for binder in self._module.binders[name] if not binder.names.deferred)
            self._of_names[name] = _NONE.union(*map(self._drawn_by_parts, made))
        return self._of_names[name]

    def _drawn_by_parts(self, binder: TopLevel) -> frozenset[str]:
        module = self._module
        used = binder.names.immediately - binder.names.binds
        paths = (module.aliases[name] for name in used if name in module.aliases)
        packages = _NONE.union(*(_drawn_in(path, objects=True) for path in paths))
        return packages.union(*map(self._drawn_by_object, used - module.aliases.keys()))

    def _iterated(self, node: ast.AST) -> frozenset[str]:
        """Return the generators from which going through an object draws: data sets are shuffled then."""
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and not self._counts(node.iter):
            return _NONE.union(*map(self._drawn_by_object, root(node.iter)))
        return _NONE

    def _counts(self, node: ast.expr) -> bool:
        """Tell whether an expression is a range of numbers."""
        match node:
            case ast.Call(func=ast.Name(id="range")):
                return "range" not in self._module.binders
        return False


def _is_own(module: Module, func: ast.Attribute) -> bool:
    """Tell whether a method is the template's, whose own calls count; one of ``self`` is, by its name."""
    if isinstance(func.value, ast.Name) and func.value.id == "self":
        return func.attr in module.facts.known.methods
    return written_origin(module.facts.known, func) is Origin.OWN


def _seeded_by(module: Module, call: ast.Call) -> frozenset[str]:
    """Return the packages whose generator a call seeds."""
    path = module.dotted(call.func)
    if path is None:
        return _NONE
    package = path.partition(".")[0]
    if path in SEEDING:
        whole = "keras" in path.split(".")[:2] or package == "tf_keras"
        return EVERY if whole else frozenset(_SEEDED_BY[package])
    if path in STATE_SETTERS:
        return frozenset({STATE_SETTERS[path]})
    # Such as seed_everything() of the user's own, or of PyTorch Lightning.
    own = package in module.imported
    hidden = "seed" in path.rpartition(".")[2].lower() and not own and not _is_known(package)
    return EVERY if hidden or path == "transformers.set_seed" else _NONE


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _surely_drawn_in(path: str) -> frozenset[str]:
    """Return the generator from which each call of a function draws."""
    if path.startswith(_QUIET_ELSEWHERE):
        return _NONE
    return frozenset(package for start, package in _CERTAIN.items() if path.startswith(start))


def _has_seed(call: ast.Call) -> bool:
    """Tell whether an argument of a call, or of a call in its arguments, gives it a generator of its own."""
    every = (keyword for one in ast.walk(call) if isinstance(one, ast.Call) for keyword in one.keywords)
    return any(
        one.arg in _SEED_ARGUMENTS and not (isinstance(one.value, ast.Constant) and one.value.value is None)
        for one in every
    )


def _calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """Yield all calls in a node, except those of distributions in markers."""
    in_markers = _of_markers(node)
    return (one for one in ast.walk(node) if isinstance(one, ast.Call) and one not in in_markers)


def _of_markers(node: ast.AST) -> set[ast.Call]:
    """Return the calls of distributions in the markers of a node."""
    marked = (inner for one in ast.walk(node) if is_marker_shaped(one) for inner in ast.walk(one))
    return {one for one in marked if isinstance(one, ast.Call) and last_name(one.func) in SIGNATURES}


def _is_known(package: str) -> bool:
    return package in sys.stdlib_module_names or package in KNOWN_PACKAGES


def _drawn_in(path: str, *, objects: bool = False) -> frozenset[str]:
    """Return the generators from which a function may draw; with `objects`, those that it makes too."""
    package = path.partition(".")[0]
    if not _is_known(package):
        return EVERY
    if package == "pandas":
        return frozenset({NUMPY}) if objects else _NONE
    inner = path.removeprefix("tensorflow.").removeprefix("tf_")
    if inner.startswith("keras.") and inner.removeprefix("keras.").startswith(_QUIET):
        return _NONE
    if path.startswith(_QUIET_ELSEWHERE) or (
        package == "sklearn" and not objects and path.rpartition(".")[2][:1].isupper()
    ):
        return _NONE
    for length in (2, 1):
        row = ".".join(path.split(".")[:length])
        if row in _DRAWING:
            return frozenset(_DRAWING[row])
    return _NONE
