"""A marker's call, bound to its distribution's signature and checked as far as its literals allow."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from hypertemplate.compiler.checks.argument_edits import removal
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, Severity, error, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.call_text import spelled_option
from hypertemplate.compiler.markers.comments.drawn_options import Drawn, drawn_parts
from hypertemplate.compiler.markers.draw_call import DrawCall, OptionCall
from hypertemplate.compiler.markers.grammar import (
    CHOICES,
    EXAMPLES,
    LOG_BOUNDED,
    OTHER,
    SIGNATURES,
    SYNONYMS,
    Problem,
    check_logarithms,
    check_numbers,
    check_probabilities,
    did_you_mean,
    in_values,
    is_label,
    keywords,
    number_text,
    scaled,
    to_fill_in,
)
from hypertemplate.compiler.markers.marked_defaults import default_option, no_option, unfit_default
from hypertemplate.compiler.markers.resolve import dimension_of
from hypertemplate.compiler.syntax.literals import is_literal, number
from hypertemplate.compiler.syntax.nodes import last_name, literal_text
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import NAME_IT_FIRST, Tree

NATIVE_MODULES = frozenset({"hp", "distributions", "hypertemplate", "hyperas"})
"""Modules of a dotted distribution inside an option: ``hp.uniform``, but not ``np.random.uniform``."""

_PAIRS = f"write pairs such as {EXAMPLES['pchoice']}"


class CallReader:
    """Reader of the calls in one part; diagnostics accumulate in `found`.

    Args:
        tree: tree of the part.
        foreign: names of distributions that the module binds to something else, such as ``choice`` after
            ``from random import choice``; inside options these are ordinary calls.
        native: names that the module gives the distributions' own modules, such as ``hp``.
        renamed: other name -> distribution.
    """

    def __init__(
        self,
        tree: Tree,
        foreign: frozenset[str],
        native: frozenset[str] = NATIVE_MODULES,
        renamed: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.tree = tree
        self.foreign = foreign
        self.native = native
        self.renamed = renamed
        self.found: list[Diagnostic] = []

    def read(self, call: ast.Call, distribution: str) -> DrawCall | None:
        """Read a call; None if it has an error, which is recorded."""
        before = len(self.found)
        bound = self._bind(call, distribution)
        if bound is None:
            return None
        default = bound.pop("default", None)
        draw = DrawCall(
            call,
            distribution,
            self._name(bound.pop("name", None)),
            log=self._log(bound.pop("log", None)),
            is_stated=any(keyword in self.tree.comments.defaults for keyword in call.keywords),
        )
        if distribution in CHOICES:
            draw = self._choice(draw, next(iter(bound.values())))
        else:
            if distribution == "randint" and _is_none(bound.get("high")):
                del bound["high"]  # randint(10, None) is randint(10)
            draw = replace(draw, numbers=tuple(bound.items()))
            self._check_numbers(draw)
        if default is not None and len(self.found) == before:
            draw = self._with_default(draw, default)
        for expression in draw.evaluated_at_load():
            self._refuse_distributions(expression, distribution)
        failed = any(d.severity is Severity.ERROR for d in self.found[before:])
        return None if failed else draw

    def _error(
        self,
        code: Code,
        message: str,
        node: ast.expr | ast.keyword,
        help: str = "",
        edits: tuple[Edit, ...] = (),
    ) -> None:
        self.found.append(error(code, message, self.tree.span(node), help, edits))

    def _problem(
        self, problem: Problem, node: ast.expr, numbers: Mapping[str, ast.expr] = MappingProxyType({})
    ) -> None:
        """Record a problem; edits give the `numbers` the values that it says."""
        edits = tuple(Edit(self.tree.span(numbers[name]), text) for name, text in problem.meant)
        self._error(problem.code, problem.message, node, problem.help, edits)

    def _bind(self, call: ast.Call, distribution: str) -> dict[str, ast.expr] | None:
        """Map the signature's parameters, in order, to the arguments; None after an error."""
        signature = SIGNATURES[distribution]
        names = list(signature)
        if not self._written_out(call, distribution):
            return None
        if len(call.args) > len(names):
            self._superfluous(call, distribution, names)
            return None
        bound = dict(zip(names, call.args, strict=False))
        for keyword in call.keywords:
            assert keyword.arg is not None
            if keyword.arg not in signature and keyword.arg not in keywords(distribution):
                self._unknown_keyword(call, keyword, distribution)
                return None
            name = "q" if keyword.arg == "step" else keyword.arg
            if name in bound:
                text = f"{distribution}() got '{keyword.arg}' twice"
                if name != keyword.arg or len({k.arg for k in call.keywords} & {"q", "step"}) > 1:
                    text = f"{distribution}() got its step twice, step is another name of q"
                self._error(Code.ARGUMENTS, text, keyword, "remove one of them")
                return None
            bound[name] = keyword.value
        missing = [name for name, required in signature.items() if required and name not in bound]
        if missing:
            self._missing(call, distribution, bound, missing)
            return None
        return {name: bound[name] for name in (*names, "name", "log", "default") if name in bound}

    def _written_out(self, call: ast.Call, distribution: str) -> bool:
        for argument in (*call.args, *call.keywords):
            if isinstance(argument, ast.Starred) or (
                isinstance(argument, ast.keyword) and argument.arg is None
            ):
                text = f"{distribution}() needs its arguments one by one, not unpacked"
                help = f"write them as in {EXAMPLES[distribution]}"
                self._error(Code.ARGUMENTS, text, argument, help)
                return False
        return True

    def _missing(
        self, call: ast.Call, distribution: str, bound: dict[str, ast.expr], missing: list[str]
    ) -> None:
        text = f"{distribution}() needs {_sentence(missing)}"
        first = list(SIGNATURES[distribution]).index(missing[0])
        known = []
        for place, name in enumerate(SIGNATURES[distribution]):
            if name in bound or name in missing:
                value = self.tree.one_line(bound[name]) if name in bound else name.upper()
                known.append(value if place < first else f"{name}={value}")
        written = f"{distribution}({', '.join(known)})"
        help = (
            f"write {written}{to_fill_in(missing)}"
            if bound
            else f"write, for example, {EXAMPLES[distribution]}"
        )
        low = number(bound["low"]) if "low" in bound else None
        if distribution in LOG_BOUNDED and low is not None and 0 < low < 1:
            others = [name for name in missing if name != "high"]
            help = f"the bounds are natural logarithms: for values between {number_text(low)} and 1 write "
            help += in_values(distribution, number_text(low), "1", {name: name.upper() for name in others})
            help += to_fill_in(others)
        self._error(Code.ARGUMENTS, text, call, help)

    def _unknown_keyword(self, call: ast.Call, keyword: ast.keyword, distribution: str) -> None:
        stepped = f"q{distribution.removesuffix('int')}"
        text = f"{distribution}() has no argument '{keyword.arg}'"
        if keyword.arg == "log":
            self._no_scale(call, keyword, distribution)
            return
        if keyword.arg in ("q", "step") and stepped in SIGNATURES:
            step = f"{keyword.arg}={self.tree.one_line(keyword.value)}"
            help = f"{stepped}() draws in steps: write it with the same bounds and {step}"
            self._error(Code.ARGUMENTS, text, keyword, help, self._called(call, stepped))
            return
        given = {one.arg for one in call.keywords} | {*list(SIGNATURES[distribution])[: len(call.args)]}
        others = sorted(keywords(distribution) - {"step"})
        free = [*(name for name in (*SIGNATURES[distribution], *others) if name not in given)]
        synonym = SYNONYMS.get(keyword.arg or "")
        meant = synonym if synonym in free else did_you_mean(keyword.arg or "", free)
        help, edits = f"its arguments are {_sentence([*SIGNATURES[distribution]])}", tuple[Edit, ...]()
        if meant is not None:
            start = self.tree.span(keyword).start
            edits = (Edit(Span(self.tree.part, start, start + len(keyword.arg or "")), meant),)
            help = f"did you mean {meant}?"
        self._error(Code.ARGUMENTS, text, keyword, help, edits)

    def _no_scale(self, call: ast.Call, keyword: ast.keyword, distribution: str) -> None:
        """Report ``log=`` where it has no meaning."""
        low = number(call.args[0]) if call.args else None
        help = "leave out log="
        edits: tuple[Edit, ...] = (removal(self.tree, call, keyword),)
        if distribution in LOG_BOUNDED and low is not None and low > 0:
            text, name = (
                f"the bounds of {distribution}() are logarithms already",
                distribution.replace("log", ""),
            )
            help, edits = f"write {name}() with log=True, whose bounds are values", self._called(call, name)
        elif distribution in CHOICES or "log" in distribution:
            what = "draws from options" if distribution in CHOICES else "takes logarithms already"
            text = f"{distribution}() {what}"
        elif distribution == "randint":
            text, edits = "randint() draws numbers without an order", ()
            help = f"write uniformint(LOW, HIGH, log=True){to_fill_in(['low', 'high'])}, which is included"
        else:
            text, name = f"{distribution}() draws on both sides of 0", distribution.replace("norm", "lognorm")
            help, edits = f"write {name}(), whose mu and sigma are of the logarithm", ()
        self._error(Code.ARGUMENTS, f"{text}; it has no argument 'log'", keyword, help, edits)

    def _called(self, call: ast.Call, distribution: str, *more: str) -> tuple[Edit, ...]:
        """Return the edits that call another distribution with the same arguments, and with more at the end.

        There are none where the distribution has another name.
        """
        name = last_name(call.func) or ""
        if name not in SIGNATURES:
            return ()
        end, close = self.tree.span(call.func).end, self.tree.span(call).end - 1
        renamed = Edit(Span(self.tree.part, end - len(name), end), distribution)
        before = self.tree.text[:close].rstrip()
        comma = " " if before.endswith(",") else ", "
        at = Span(self.tree.part, len(before), len(before))
        return (renamed, *(Edit(at, f"{comma}{argument}") for argument in more))

    def _superfluous(self, call: ast.Call, distribution: str, names: list[str]) -> None:
        texts = [self.tree.one_line(argument) for argument in call.args]
        text = f"{distribution}() takes {_sentence(names)}, got {len(texts)} arguments"
        if distribution in CHOICES:
            text = f"{distribution}() takes one list of options, got {len(texts)} arguments"
        help, edits = self._without_superfluous(call, distribution, names, texts)
        self._error(Code.ARGUMENTS, text, call.args[len(names)], help, edits)

    def _without_superfluous(
        self, call: ast.Call, distribution: str, names: list[str], texts: list[str]
    ) -> tuple[str, tuple[Edit, ...]]:
        first, second, last = (self.tree.span(call.args[n]) for n in (0, 1, -1))
        is_label_first = isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
        listed = len(texts) == 2 and isinstance(call.args[1], (ast.List, ast.Tuple))
        labelled = is_label_first and (listed or distribution not in CHOICES)
        if labelled and len(texts) == len(names) + 1 and not call.keywords:
            help = f"a label is given by name: {distribution}({', '.join(texts[1:])}, name={texts[0]})"
            place = Span(last.part, last.end, last.end)
            gone = Span(first.part, first.start, second.start)
            return help, (Edit(gone, ""), Edit(place, f", name={texts[0]}"))
        if distribution in CHOICES:
            help = f"put them into a list: {distribution}([{', '.join(texts)}])"
            ends = ((first.start, "["), (last.end, "]"))
            return help, tuple(Edit(Span(first.part, at, at), bracket) for at, bracket in ends)
        stepped = f"q{distribution}"
        help = f"write {distribution}({', '.join(texts[: len(names)])})"
        if stepped in SIGNATURES and len(texts) == len(SIGNATURES[stepped]):
            help += f", or with steps {stepped}({', '.join(texts)})"
        return help, ()

    def _name(self, node: ast.expr | None) -> str | None:
        if node is None or _is_none(node):
            return None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
            if is_label(name):
                return name
        text = f"a label must be a string literal without '=', got {self.tree.one_line(node)}"
        self._error(Code.LABEL, text, node, "write name='units'")
        return None

    def _log(self, node: ast.expr | None) -> bool:
        if node is None:
            return False
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            return node.value
        self._error(
            Code.ARGUMENTS, f"log is True or False, got {self.tree.one_line(node)}", node, "write log=True"
        )
        return False

    def _not_a_number(self, distribution: str, name: str, node: ast.expr) -> None:
        text = f"{distribution}() needs a number for {name}, got {self.tree.one_line(node)}"
        meant = _number_in_quotes(node)
        help = f"write {name}={meant}" if meant else f"write it as in {EXAMPLES[distribution]}"
        if name == "default" and not meant:
            help = "leave it out, or write a number"
        edits = (Edit(self.tree.span(node), meant),) if meant else ()
        self._error(Code.ARGUMENTS, text, node, help, edits)

    def _check_numbers(self, draw: DrawCall) -> None:
        known: dict[str, float] = {}
        numbers = dict(draw.numbers)
        for name, node in draw.numbers:
            value = number(node)
            if value is not None:
                known[name] = value
            elif is_literal(node):
                self._not_a_number(draw.distribution, name, node)
                return
        if draw.distribution == "randint" and len(known) < len(draw.numbers):
            known.pop("low", None)  # without `high`, `low` alone would be the count
        problem = check_numbers(draw.distribution, known, log=draw.log)
        if problem is not None:
            self._problem(problem, numbers.get(problem.argument, draw.call), numbers)
            return
        doubt = check_logarithms(draw.distribution, known)
        if doubt is not None:
            place = self.tree.span(draw.call)
            called = self._called(draw.call, draw.distribution.replace("log", ""), "log=True")
            self.found.append(warning(doubt.code, doubt.message, place, doubt.help, called))

    def _with_default(self, draw: DrawCall, default: ast.expr) -> DrawCall:
        """Return a call with its default, if it can be drawn."""
        text = self.tree.one_line(default)
        if draw.options is not None:
            options = [self.tree.one_line(option.node) for option in draw.options]
            chosen = default_option(text, options)
            if chosen is None and (drawn := self._drawn_default(draw, default)) is not None:
                return drawn
            if chosen is None:
                self._problem(no_option(draw.distribution, text, map(spelled_option, options)), default)
            return replace(draw, default=default, default_option=chosen)
        if draw.listing is not None:
            return replace(draw, default=default)
        value = number(default)
        if value is None and is_literal(default):
            self._not_a_number(draw.distribution, "default", default)
            return draw
        numbers = {name: number(node) for name, node in draw.numbers}
        known = {name: number for name, number in numbers.items() if number is not None}
        if value is not None and len(known) == len(numbers):
            dimension = dimension_of(draw.distribution, known, log=draw.log)
            problem = unfit_default(dimension, draw.distribution, value, known, is_stated=draw.is_stated)
            if problem is not None:
                place = self.tree.span(default)
                self.found.append(warning(problem.code, problem.message, place, problem.help))
                return draw
        return replace(draw, default=default)

    def _drawn_default(self, draw: DrawCall, default: ast.expr) -> DrawCall | None:
        """Return a choice with a default that an option with distributions can give, each with its part."""
        for chosen, option in enumerate(draw.options or ()):
            draws = {one.call: one.distribution for inner in option.inner for one in inner.walk()}
            parts = drawn_parts(default, option.node, draws) if draws else None
            if parts is not None:
                inner = tuple(self._with_part(one, parts, is_stated=draw.is_stated) for one in option.inner)
                options = list(draw.options or ())
                options[chosen] = replace(option, inner=inner)
                return replace(draw, default=default, default_option=chosen, options=tuple(options))
        return None

    def _with_part(self, draw: DrawCall, parts: Drawn, *, is_stated: bool) -> DrawCall:
        return self._with_default(replace(draw, default=None, is_stated=is_stated), parts[draw.call])

    def _choice(self, draw: DrawCall, listed: ast.expr) -> DrawCall:
        name = draw.distribution
        if isinstance(listed, (ast.List, ast.Tuple)) and not any(
            isinstance(item, ast.Starred) for item in listed.elts
        ):
            if not listed.elts:
                help = f"write, for example, {EXAMPLES[name]}"
                self._error(Code.OPTIONS, f"{name}() needs at least one option", draw.call, help)
            for item in listed.elts:
                if isinstance(item, ast.Constant) and item.value is ...:
                    self._error(
                        Code.OPTIONS, f"{name}() got ... in place of options", item, "write the options out"
                    )
            if name == "pchoice":
                return replace(draw, options=self._weighted(listed.elts))
            return replace(draw, options=tuple(OptionCall(e, self._inner(e)) for e in listed.elts))
        if isinstance(listed, (ast.Set, ast.Dict, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
            text = f"{name}() needs a list, which has an order, got {self.tree.one_line(listed)}"
            meant = self._as_list(listed)
            help = f"write {name}({meant})" if meant else "write the options between [ and ]"
            place = self.tree.span(listed)
            if place.start == self.tree.span(draw.call.func).end:  # the parentheses are those of the call
                place = Span(place.part, place.start + 1, place.end - 1)
            self._error(Code.OPTIONS, text, listed, help, (Edit(place, meant),) if meant else ())
        elif is_literal(listed):
            text = f"{name}() takes one list of options, got {self.tree.one_line(listed)}"
            help = f"write choice([{self.tree.one_line(listed)}, OTHER]){OTHER}"
            self._error(Code.OPTIONS, text, listed, help)
        return replace(draw, listing=listed)

    def _as_list(self, node: ast.expr) -> str:
        """Return the text of the list that was meant by something without an order, or an empty one."""
        text = self.tree.one_line(node)
        match node:
            case ast.Set(elts=items):
                return f"[{', '.join(map(self.tree.one_line, items))}]"
            case ast.GeneratorExp():
                return f"[{text[1:-1]}]"
            case ast.SetComp():
                return f"sorted({text})"
        return ""

    def _weighted(self, pairs: list[ast.expr]) -> tuple[OptionCall, ...]:
        options: list[OptionCall] = []
        for pair in pairs:
            if not isinstance(pair, (ast.Tuple, ast.List)) or len(pair.elts) != 2:
                text = f"pchoice() takes pairs of a probability and an option, got {self.tree.one_line(pair)}"
                self._error(Code.PROBABILITIES, text, pair, _PAIRS)
                return ()
            probability, option = pair.elts
            options.append(OptionCall(option, self._inner(option), probability))
        self._check_probabilities([o.probability for o in options if o.probability is not None], pairs)
        return tuple(options)

    def _check_probabilities(self, nodes: list[ast.expr], pairs: list[ast.expr]) -> None:
        known = [number(node) for node in nodes]
        for node, value in zip(nodes, known, strict=True):
            if value is None and is_literal(node):
                text = f"a probability is a number, got {self.tree.one_line(node)}"
                self._error(Code.PROBABILITIES, text, node, *self._swapped(node))
                return
        if pairs and None not in known:
            values = [value for value in known if value is not None]
            problem = check_probabilities(values)
            if problem is not None:
                whole = self.tree.parents[pairs[0]]
                assert isinstance(whole, ast.expr)
                is_sum = sum(values) > 0 and all(0 <= value <= 1 for value in values)
                help, edits = self._scaled(nodes, scaled(values)) if is_sum else (problem.help, ())
                self._error(problem.code, problem.message, whole, help, edits)

    def _scaled(self, nodes: list[ast.expr], written: list[str]) -> tuple[str, tuple[Edit, ...]]:
        """Return the help and the edits that write other probabilities into pairs."""
        options = [self.tree.parents[node].elts[1] for node in nodes]  # type: ignore[attr-defined]
        pairs = (f"({p}, {self.tree.one_line(option)})" for p, option in zip(written, options, strict=True))
        edits = (Edit(self.tree.span(node), p) for node, p in zip(nodes, written, strict=True))
        return f"write pchoice([{', '.join(pairs)}])", tuple(edits)

    def _swapped(self, probability: ast.expr) -> tuple[str, tuple[Edit, ...]]:
        """Return the help and the edits for a pair that has its option first."""
        pair = self.tree.parents[probability]
        assert isinstance(pair, (ast.Tuple, ast.List))
        if number(pair.elts[1]) is None:
            return _PAIRS, ()
        first, second = map(self.tree.one_line, pair.elts)
        edits = (Edit(self.tree.span(pair.elts[0]), second), Edit(self.tree.span(pair.elts[1]), first))
        return f"the probability comes first: ({second}, {first})", edits

    def _inner(self, option: ast.expr) -> tuple[DrawCall, ...]:
        """Read the distributions inside an option, in source order."""
        for node in ast.walk(option):
            if isinstance(node, ast.JoinedStr) and list(self._calls_below(node)):
                # Before Python 3.12, the contents of an f-string have no place in the text.
                self._error(Code.MARKER_IN_FSTRING, "a distribution inside an f-string", node, NAME_IT_FIRST)
                return ()
        calls = sorted(self._calls(option), key=lambda found: self.tree.span(found[0]))
        draws = (self.read(call, name) for call, name in calls)
        return tuple(draw for draw in draws if draw is not None)

    def _calls(self, expression: ast.expr) -> Iterator[tuple[ast.Call, str]]:
        """Yield the outermost calls of distributions inside an expression."""
        match expression:
            case ast.Call(func=ast.Name(id=name)) if name in self.renamed:
                yield expression, self.renamed[name]
                return
            case ast.Call(func=ast.Name(id=name)) if name in SIGNATURES and name not in self.foreign:
                yield expression, name
                return
            case ast.Call(func=ast.Attribute(attr=name, value=base)) if name in SIGNATURES:
                if last_name(base) in self.native:
                    yield expression, name
                    return
        yield from self._calls_below(expression)

    def _calls_below(self, node: ast.AST) -> Iterator[tuple[ast.Call, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from self._calls(child)
            else:
                yield from self._calls_below(child)

    def _refuse_distributions(self, expression: ast.expr, distribution: str) -> None:
        for call, name in self._calls(expression):
            text = f"{name}() is in an expression that is evaluated before a trial draws anything"
            help = (
                "write the list inside the marker"
                if distribution in CHOICES
                else f"give {name}() its own marker"
            )
            self._error(Code.NOT_YET_DEFINED, text, call, help)


def _number_in_quotes(node: ast.expr) -> str:
    """Return the number that a string spells; an empty text for anything else."""
    text = literal_text(node).strip()
    try:
        return text if number(ast.parse(text, mode="eval").body) is not None else ""
    except (SyntaxError, ValueError):
        return ""


def _sentence(names: list[str]) -> str:
    """Join names: ``low``, ``low and high``, ``low, high and q``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
