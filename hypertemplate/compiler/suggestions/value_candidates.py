"""Values of a module that rules propose to search, and those that are fixed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from hypertemplate.compiler.callees import Callees
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.markers.argument_names import argument_name
from hypertemplate.compiler.suggestions.layer_flow import LayerFlow
from hypertemplate.compiler.suggestions.object_uses import ObjectUses, Part
from hypertemplate.compiler.suggestions.origins import Origins, Place
from hypertemplate.compiler.suggestions.rules.keras_rules import DEPTH_RULE, STACKED
from hypertemplate.compiler.suggestions.rules.rule import KERAS, METHODS, Rule
from hypertemplate.compiler.suggestions.rules.rule_table import FIXED, FIXED_CALLS, FIXED_NAMES, RULES
from hypertemplate.compiler.suggestions.rules.training_rules import OPTIMIZER_CLASSES, OPTIMIZER_RULE
from hypertemplate.compiler.suggestions.shown_value import name_of
from hypertemplate.compiler.suggestions.use import NO_VALUE, Use, today
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.tree import Tree

_RULES: dict[str, list[Rule]] = {}
for _rule in RULES:
    for _name in _rule.callees.split():
        _RULES.setdefault(_name, []).append(_rule)
_TRAINERS = frozenset({"cv", "train"})
"""Functions of boosting libraries that get most arguments in a dictionary."""

_OF_ALL_OPTIMIZERS = frozenset(
    ("clipnorm", "clipvalue", "global_clipnorm", "learning_rate", "name", "weight_decay")
)
"""Arguments that all optimizers of Keras have."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """Value that a rule proposes to search.

    Attributes:
        place: place of the value.
        rule: the rule.
        draw: distribution, without a default.
    """

    place: Place
    rule: Rule
    draw: str


def candidates(module: Module) -> list[Candidate]:
    """Return the values of a module that are worth searching, one for each place."""
    return _Candidates(module).found()


class _Candidates:
    """Values of a module that rules propose to search.

    Args:
        module: the template.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._origins = Origins(module)
        self._callees = Callees(module)
        self._flow = LayerFlow(self._origins, self._callees)
        self._uses = ObjectUses(module)
        self._fixed: set[ast.expr] = set()
        self._of_place: dict[ast.expr, list[Candidate]] = {}
        calls = [(tree, node) for tree in module.trees for node in tree.parents if isinstance(node, ast.Call)]
        self._calls = [(tree, call, self._callees.path(tree, call.func)) for tree, call in calls]
        self._words = frozenset(word for tree in module.trees for word in _words(tree))
        self._called = frozenset(path.rpartition(".")[2] for *_, path in self._calls if "." in path)

    def found(self) -> list[Candidate]:
        """Return one candidate for each place."""
        passed = self._tuned_otherwise() | self._unused()
        for tree, call, path in self._calls:
            known = _rules_for(path)
            use = self._use(tree, call, path, known)
            self._fix(use, known)
            if call not in passed:
                for rule in known:
                    self._propose(rule, use)
                self._propose_optimizer(use)
        for tree in self._module.trees:
            for node in tree.parents:
                if isinstance(node, ast.For):
                    self._propose_depth(tree, node)
        single = [
            held[0] for node, held in self._of_place.items() if node not in self._fixed and _agree(held)
        ]
        return [one for one in single if not _is_too_many(one, single)]

    def _use(self, tree: Tree, call: ast.Call, path: str, rules: list[Rule]) -> Use:
        arguments: dict[str, Place] = {}
        spread = [one.value for one in call.keywords if one.arg is None]
        callee = self._callees.name(tree, call.func)
        if callee in _TRAINERS and rules:
            spread += [one.value for one in call.keywords if one.arg == "params"] or call.args[:1]
            arguments |= dict(
                zip(["num_boost_round"], map(partial(Place, tree), call.args[2:]), strict=False)
            )
        for one in spread if rules else ():
            arguments |= self._origins.entries(tree, one)
        for number, argument in enumerate(call.args if rules else ()):
            name = next((rule.arguments.split()[0] for rule in rules if rule.place == number), None)
            name = name or argument_name(call, argument, callee)
            arguments |= {name: Place(tree, argument)} if name else {}
        arguments |= {one.arg: Place(tree, one.value) for one in call.keywords if one.arg is not None}
        return Use(tree, call, path, arguments, self._words, self._called)

    def _propose(self, rule: Rule, use: Use) -> None:
        for name in rule.arguments.split():
            argument = use.arguments.get(name)
            if argument is None:
                continue
            places = self._origins.places(argument.tree, argument.node)
            if rule.hidden and places and not self._flow.is_hidden(use.tree, use.call):
                self._fixed.update(place.node for place in places)
                return
            for place in places:
                value = today(place.node)
                draw = "" if value is NO_VALUE else rule.range(use, value)
                if draw and not (rule.named and place.node is argument.node):
                    self._add(Candidate(place, rule, draw))

    def _add(self, candidate: Candidate) -> None:
        place = candidate.place
        around = (parent for _, parent in place.tree.ancestors(place.node))
        if FIXED_NAMES.fullmatch(name_of(place.tree, place.node)):
            return
        if not any(isinstance(one, ast.JoinedStr) or is_marker_shaped(one) for one in around):
            self._of_place.setdefault(place.node, []).append(candidate)

    def _propose_optimizer(self, use: Use) -> None:
        """Propose other classes in place of ``keras.optimizers.Adam``, which take the same arguments."""
        func, positional = use.call.func, len(use.call.args) <= 1
        classes, rule = OPTIMIZER_CLASSES, OPTIMIZER_RULE
        if not isinstance(func, ast.Attribute) or func.attr not in classes or not positional:
            return
        of_keras = use.path.partition(".")[0] in KERAS and ".optimizers." in use.path
        if of_keras and _OF_ALL_OPTIMIZERS.issuperset(use.arguments) and "legacy" not in use.path:
            owner = use.tree.one_line(func.value)
            draw = f"choice([{', '.join(f'{owner}.{name}' for name in classes)}])"
            self._add(Candidate(Place(use.tree, func), rule, draw))

    def _propose_depth(self, tree: Tree, loop: ast.For) -> None:
        """Propose other numbers of iterations for a loop that adds dense layers, with others behind it."""
        match loop.iter:
            case ast.Call(func=ast.Name(id="range"), args=[count], keywords=[]):
                nodes = [node for statement in loop.body for node in ast.walk(statement)]
                calls = [node for node in nodes if isinstance(node, ast.Call)]
                layers = [one for one in calls if ".layers." in self._callees.path(tree, one.func)]
                names = {one: self._callees.name(tree, one.func) for one in layers}
                dense = [one for one, name in names.items() if name == "Dense"]
                stacked = STACKED.issuperset(names.values())
                if dense and stacked and all(self._flow.is_hidden(tree, one) for one in dense):
                    for place in self._origins.places(tree, count):
                        draw = DEPTH_RULE.range(self._use(tree, loop.iter, "", []), today(place.node))
                        if draw:
                            self._add(Candidate(place, DEPTH_RULE, draw))

    def _fix(self, use: Use, rules: list[Rule]) -> None:
        """Note the values that a call gets where it takes what the data, the time or the machine give."""
        searched = {name for rule in rules for name in rule.arguments.split()}
        given = [one.value for one in use.call.keywords if one.arg in FIXED and one.arg not in searched]
        places = FIXED_CALLS.get(self._callees.name(use.tree, use.call.func), 0)
        for one in (*given, *use.call.args[:places]):
            for inner in ast.walk(one):
                if isinstance(inner, (ast.Name, ast.Attribute, ast.Subscript)):
                    self._fixed.update(place.node for place in self._origins.places(use.tree, inner))

    def _tuned_otherwise(self) -> set[ast.AST]:
        """Return the nodes of estimators that the template has tuned by scikit-learn itself."""
        found: set[ast.AST] = set()
        for tree, call, _ in self._calls:
            if self._callees.name(tree, call.func).endswith("SearchCV"):
                keywords = [one.value for one in call.keywords if one.arg == "estimator"]
                worklist = [Place(tree, one) for one in (*call.args[:1], *keywords)]
                while worklist:
                    found |= self._inside(worklist.pop(), worklist, found)
        return found

    def _unused(self) -> set[ast.AST]:
        """Return the calls that make what has no part in the result, or is only shown beside what has one."""
        parts = {
            call: self._uses.part(tree, call, estimator=path.startswith("sklearn."))
            for tree, call, path in self._calls
            if "." in path and _rules_for(path)
        }
        least = min(Part.USED, max(parts.values(), default=Part.USED))
        return {call for call, part in parts.items() if part is Part.NONE or part < least}

    def _inside(self, place: Place, worklist: list[Place], found: set[ast.AST]) -> set[ast.AST]:
        inside = set(ast.walk(place.node)) - found
        for node in inside:
            if isinstance(node, ast.Name):
                worklist += [one for one in self._origins.places(place.tree, node) if one.node not in found]
        return inside


def _rules_for(path: str) -> list[Rule]:
    """Return the rules for what has a dotted path; of a method, without a dot, its name."""
    package = path.partition(".")[0] if "." in path else METHODS[0]
    return [rule for rule in _RULES.get(path.rpartition(".")[2], ()) if package in rule.packages]


def _words(tree: Tree) -> Iterator[str]:
    """Yield the names in a part: of variables, attributes, arguments, imports, and texts that are names."""
    for node in tree.parents:
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.Constant(value=str(word)):
                yield word
            case ast.keyword(arg=str(word)):
                yield word
            case ast.alias(name=word):
                yield word.rpartition(".")[2]


def _agree(held: list[Candidate]) -> bool:
    """Tell whether all rules for a place mean the same kind of value, or have the same range for it."""
    return len({one.rule.arguments.split()[0] for one in held}) == 1 or len({one.draw for one in held}) == 1


def _is_too_many(candidate: Candidate, found: Iterable[Candidate]) -> bool:
    """Tell whether there are more values of a kind than are worth searching."""
    kind, most = candidate.rule.arguments, candidate.rule.most
    return bool(most) and sum(one.rule.arguments == kind for one in found) > most
