"""Parsing of source text: `ast` trees with places as spans, and syntax errors as diagnostics."""

from __future__ import annotations

import ast
import itertools
import keyword
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.comments.graft import NO_COMMENTS, CommentMarkers, grafted
from hypertemplate.compiler.syntax import angle_markers
from hypertemplate.compiler.syntax.nodes import evaluated
from hypertemplate.compiler.syntax.source import (
    NEWLINE,
    Part,
    Position,
    Source,
    Span,
    byte_offset_at,
    line_starts,
    line_text,
    node_span,
    offset_at,
)
from hypertemplate.compiler.syntax.statements import compares_with_main, is_main_guard
from hypertemplate.compiler.syntax.tokens import brackets

NAME_IT_FIRST = "name the value first: units = {{...}}, then f'{units}'"
"""Help text for a marker inside an f-string."""

_OPENED = re.compile(r"\{\s*\{\s*[\w.]+\s*[(\[]")
_BARE = re.compile(r"\{\s*\{\s*([A-Za-z_]\w*)[ \t]+([^(){}\s][^(){}]*?)\s*\}\s*\}")
"""Marker whose distribution has its arguments without parentheses."""

_BRACE = re.compile(r"[ \t]*\}")
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, eq=False)
class Tree:
    """One parsed part.

    Attributes:
        part: number of the part in the source.
        origin: the part.
        text: text of the part, with every marker in braces.
        module: syntax tree.
        parents: node -> parent node; operators and contexts, which `ast` shares, are left out.
        guards: statements under ``if __name__ == "__main__":``, each with this ``if``, if they run as if they
            were at the top level.
        is_main: whether the part runs as the main program, so that its ``__name__ == "__main__"`` is true.
        comments: markers that are comments. In the tree they are as if they were braces in the place of their
            values, and each value is the default; see `graft`.
    """

    part: int
    origin: Part
    text: str
    module: ast.Module
    parents: dict[ast.AST, ast.AST] = field(repr=False)
    guards: Mapping[ast.stmt, ast.If] = field(default_factory=dict, repr=False)
    is_main: bool = False
    comments: CommentMarkers = NO_COMMENTS

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> Span:
        """Return the span of a node; for a decorated definition, including its decorators."""
        span = node_span(self.part, self.text, node)
        decorators = getattr(node, "decorator_list", ())
        if not decorators:
            return span
        first = decorators[0]
        at = self._at_sign(byte_offset_at(self.text, first.lineno, first.col_offset))
        return replace(span, start=at)

    def up_to(self, last: ast.stmt) -> Tree:
        """Return the tree of the text up to the end of a top-level statement's last line."""
        end = NEWLINE.search(self.text, self.span(last).end)
        text = self.text[: end.start()] if end is not None else self.text
        body = self.module.body[: self.module.body.index(last) + 1]
        return replace(self, text=text, module=ast.Module(body, self.module.type_ignores))

    def as_main(self) -> Tree:
        """Return the tree of a main program: the statements of its ``__main__`` part are at the top level."""
        if not any(map(compares_with_main, self.parents)):
            return self
        guards: dict[ast.stmt, ast.If] = {}
        body: list[ast.stmt] = []
        for node in self.module.body:
            below = node.body if is_main_guard(node) else []
            guards |= dict.fromkeys(below, node) if isinstance(node, ast.If) else {}
            body += below or [node]
        module = ast.Module(body, self.module.type_ignores)
        return replace(self, module=module, parents=parents_of(module), guards=guards, is_main=True)

    def _at_sign(self, before: int) -> int:
        """Return the last ``@`` before an offset that begins a line, which one in a comment does not."""
        at = self.text.rindex("@", 0, before)
        while self.text[:at].rstrip(" \t\f")[-1:] not in ("", "\n", "\r"):
            at = self.text.rindex("@", 0, at)
        return at

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """Return the source text of a node."""
        span = self.span(node)
        return self.text[span.start : span.end]

    def one_line(self, node: ast.expr) -> str:
        """Return the source text of a node, on one line."""
        text = self.segment(node)
        return ast.unparse(node) if NEWLINE.search(text) else text

    def ancestors(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Yield pairs of a node and its parent, from `node` outwards."""
        while node in self.parents:
            parent = self.parents[node]
            yield node, parent
            node = parent


def parse(source: Source) -> tuple[tuple[Tree, ...], list[Diagnostic]]:
    """Parse each part into a tree, or into a diagnostic if it does not parse."""
    trees: list[Tree] = []
    found: list[Diagnostic] = []
    for number, part in enumerate(source.parts):
        result = _parse_part(number, part)
        if isinstance(result, Tree):
            trees.append(result)
        else:
            found.append(result)
    return tuple(trees), found


def _parse_part(number: int, part: Part) -> Tree | Diagnostic:
    """Parse a text with every marker in braces; places are the same in both spellings."""
    plain = angle_markers.braces(part.text)
    result = _tree(number, part, plain)
    if isinstance(result, Tree):
        return result
    # `match <<choice([1, 2])>>:` could also shift a variable named match; that reading was tried first.
    other = angle_markers.braces(part.text, after_match=True)
    again = _tree(number, part, other) if other != plain else result
    return again if isinstance(again, Tree) else result


def _tree(number: int, part: Part, text: str) -> Tree | Diagnostic:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(text)
            # Errors that only the compiler finds: a `return` outside a function, two equal parameters.
            compile(text, "<template>", "exec", dont_inherit=True)
            comments = grafted(number, text, module)
            if comments.places:
                compile(module, "<template>", "exec", dont_inherit=True)
    except SyntaxError as problem:
        return _marker_error(number, text, problem) or _syntax_error(number, part, text, problem)
    except (RecursionError, MemoryError):
        return error(
            Code.TOO_DEEP,
            "the code is nested too deep for Python to parse",
            Span(number, 0, 0),
            "split the deepest expression into several statements",
        )
    except ValueError as problem:
        return error(Code.SYNTAX, f"{_this(part)} does not parse: {problem}", Span(number, 0, 0))
    return Tree(number, part, text, module, parents_of(module), comments=comments)


def parents_of(module: ast.Module) -> dict[ast.AST, ast.AST]:
    """Map each node to its parent, as a `Tree` does."""
    parents: dict[ast.AST, ast.AST] = {}
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)):
                parents[child] = node
                waiting.append(child)
    return parents


def _marker_error(number: int, text: str, problem: SyntaxError) -> Diagnostic | None:
    """Return a diagnostic for a marker that keeps the text from parsing."""
    opened = angle_markers.unclosed(text)
    if opened is not None and "does not match" not in problem.msg:  # for crossing brackets Python says more
        place = Span(number, opened, opened + 2)
        return error(Code.UNCLOSED_MARKER, "this marker is never closed", place, "close it with >>")
    fstring = angle_markers.in_fstring(text)
    if fstring is not None:
        text = "a marker inside an f-string"
        return error(Code.MARKER_IN_FSTRING, text, Span(number, *fstring), NAME_IT_FIRST)
    unclosed = _unclosed_marker(number, text)
    if unclosed is not None:
        message, help = "this marker is never closed", "close it with two braces: }}"
        return error(Code.UNCLOSED_MARKER, message, unclosed, help, _closing(text, unclosed))
    return None


_PYTHON_2 = (
    ("Missing parentheses in call to 'print'", "a print statement", "write print(...)"),
    ("Missing parentheses in call to 'exec'", "an exec statement", "write exec(...)"),
    ("multiple exception types must be parenthesized", "except with a comma", "write except Error as e:"),
    ("leading zeros in decimal integer literals", "an octal number such as 0777", "write 0o777"),
)
"""Messages of Python 3's parser for Python 2 syntax: beginning of the message, name, and edit."""


def _this(part: Part) -> str:
    return "the template" if part.kind == "file" else "this cell"


def _syntax_error(number: int, part: Part, text: str, problem: SyntaxError) -> Diagnostic:
    starts = line_starts(text)
    line = min(max(problem.lineno or 1, 1), len(starts))
    width = len(line_text(text, line))
    column = min(max(problem.offset or 1, 1), width + 1)
    start = offset_at(text, Position(line, column))
    end = start + 1
    if problem.end_lineno == line and problem.end_offset and problem.end_offset > column:
        end = offset_at(text, Position(line, min(problem.end_offset, width + 1)))
    span = Span(number, start, end)
    for message, what, edit in _PYTHON_2:
        if problem.msg.startswith(message):
            text = f"this is Python 2 source ({what}), and only Python 3 can run it"
            return error(Code.PYTHON_2, text, span, edit)
    bare = next((one for one in _BARE.finditer(text) if one.start() <= start < one.end()), None)
    if bare is not None and not keyword.iskeyword(bare[1]):
        message = f"a marker must contain a call: {bare[1]} has no parentheses"
        edits = (
            Edit(Span(number, bare.end(1), bare.start(2)), "("),
            Edit(Span(number, bare.end(2), bare.end(2)), ")"),
        )
        return error(Code.SYNTAX, message, span, f"write {bare[1]}({bare[2]})", edits)
    help = _top_level_await(text)
    if help:
        message = "await is used outside a function, but a template runs without an event loop"
        return error(Code.SYNTAX, message, span, help)
    help = "" if problem.msg.startswith("unterminated") else _bracket_help(text, line)
    return error(Code.SYNTAX, f"{_this(part)} does not parse: {problem.msg}", span, help)


def _bracket_help(text: str, line: int) -> str:
    """Return help for brackets that do not match, of which a parser says at most where it gave up."""
    opened: list[tuple[str, int]] = []
    for string, offset in brackets(text):
        if string not in _PAIRS:
            opened.append((string, text.count("\n", 0, offset) + 1))
        elif not opened:
            return f"drop this {string}, or open it before"
        elif opened[-1][0] != _PAIRS[string]:
            break
        else:
            opened.pop()
    if not opened:
        return ""
    # A parser gives up at the bracket, or somewhere below it.
    bracket, place = next((one for one in reversed(opened) if one[1] <= line), opened[-1])
    (closing,) = (one for one, other in _PAIRS.items() if other == bracket)
    return f"close the {bracket} of line {place} with {closing}"


def _top_level_await(text: str) -> str:
    """Return help for the first ``await`` outside a function, which Jupyter allows; empty without one.

    The text does not compile, but it may with such an ``await``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<template>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError:
        return ""
    for node in evaluated(ast.parse(text)):
        match node:
            case ast.Await(value=ast.Call(func=ast.Name()) as call):
                return f"write asyncio.run({ast.unparse(call)}), and import asyncio"
    return "put it into a function, async def main():, and call asyncio.run(main())"


def _unclosed_marker(number: int, text: str) -> Span | None:
    """Return the opening braces of a marker that another bracket, or the end of the file, cuts short."""
    if "\0" in text:
        return None  # Python 3.12's tokenizer fails on it
    opened: list[tuple[str, int]] = []
    inner = None
    for string, offset in brackets(text):
        if inner is not None and text[inner[1] : offset].strip("} \t\r\n\f"):
            break  # only one of the two braces is closed
        if string in _PAIRS:
            if not opened or opened[-1][0] != _PAIRS[string]:
                break
            closed = opened.pop()[1]
            begun = opened[-1][1] if opened else -1
            holds = begun >= 0 and _OPENED.match(text, begun) and not text[begun + 1 : closed].strip()
            inner = (begun, offset + 1) if holds else None
        else:
            opened.append((string, offset))
            inner = None
    if inner is not None and text[inner[1] :].lstrip()[:1] != "}":
        return Span(number, inner[0], text.index("{", inner[0] + 1) + 1)
    if not opened or opened[-1][0] != "{":
        return None
    for string, offset in reversed(opened[-2:]):
        if string == "{" and _OPENED.match(text, offset):
            return Span(number, offset, text.index("{", offset + 1) + 1)
    return None


def _closing(text: str, opened: Span) -> tuple[Edit, ...]:
    """Return the edit that closes a marker behind its call, which has all of its own brackets."""
    after = [(string, offset) for string, offset in brackets(text) if offset >= opened.end]
    depths = itertools.accumulate(1 if string in "([{" else -1 for string, _ in after)
    ends = (offset + 1 for (_, offset), depth in zip(after, depths, strict=True) if not depth)
    end = next(end for end in ends if text[end : end + 1] not in ("(", "["))
    closed = _BRACE.match(text, end)
    end = closed.end() if closed else end
    return (Edit(Span(opened.part, end, end), "}" if closed else "}}"),)
