"""Text of a comment that marks values: ``# tune: uniform(0, 0.5)``, ``# tune rate: uniform(0, 0.5)``.

A comment counts if ``tune:``, perhaps with a name before the colon, is followed by a call of a distribution,
or by what is surely meant for one. Any other text is prose, of which nobody is told.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.grammar import CHOICES, EXAMPLES, SIGNATURES, did_you_mean
from hypertemplate.compiler.syntax.source import Span, line_starts
from hypertemplate.compiler.syntax.tokens import Comment, brackets

HEAD = re.compile(r"#[ \t]*tune\b", re.IGNORECASE)
"""Beginning of a comment that may mark a value."""

_WORD = r"[^\s:#;=()\[\]{}<>,]+"
_NAME = rf"{_WORD}(?:[ \t]+{_WORD})*"
_CALLED = r"(?:\w+\.)*(?P<called>[A-Za-z_]\w*)[ \t]*(?P<opening>[(\[])"
_OURS = rf"(?:\w+\.)*(?:{'|'.join(SIGNATURES)})"
_FIRST = re.compile(
    rf"(?:[ \t]+(?P<name>{_NAME}))?[ \t]*:[ \t]*(?:(?P<inner>{_NAME})[ \t]*:[ \t]*)?(?={_CALLED})"
)
_NEXT = re.compile(
    rf"[ \t]*;[ \t]*(?:tune\b(?:[ \t]+(?P<name>{_NAME}))?[ \t]*:[ \t]*)?"
    rf"(?:(?P<inner>{_NAME})[ \t]*:[ \t]*)?(?={_CALLED})",
    re.IGNORECASE,
)

_SEPARATED = re.compile(rf"[ \t]*(?:[,&|+]|and\b|or\b)?[ \t]*(?=(?:{_NAME}[ \t]*[:=][ \t]*)?{_OURS}[ \t]*\()")
"""Text between two calls that are not separated by a semicolon."""

_END = re.compile(r"[ \t]*;?(?P<rest>)[ \t]*(?:#|\Z)")

_IN_BRACES = re.compile(rf"(?:[ \t]+{_NAME})?[ \t]*:[ \t]*(?P<opening>\{{\s*\{{|<<)\s*{_OURS}[ \t]*\(")
_CLOSING = {"{": re.compile(r"\}\s*\}"), "<": re.compile(">>")}
_WITHOUT_COLON = re.compile(rf"[ \t]+{_OURS}\(")
_ASSIGNED = re.compile(rf"[ \t]*(?P<colon>:?)[ \t]*(?P<name>{_NAME})[ \t]*=[ \t]*(?P<call>{_OURS}\()")
_BARE = re.compile(
    rf"(?:[ \t]+{_NAME})?[ \t]*:[ \t]*(?P<called>{_OURS})[ \t]+(?=[-+.\d\[][-+.,\de\[\] \t]*(?:#|\Z))"
)


@dataclass(frozen=True, eq=False)
class TuneCall:
    """A call of a distribution in a comment.

    Attributes:
        content: the call, or the call with an index; its nodes have their places in the text.
        call: the call.
        distribution: name of the distribution.
        span: place of the content.
        name: name of the argument that it is for; empty if there is none.
    """

    content: ast.expr
    call: ast.Call
    distribution: str
    span: Span
    name: str


@dataclass(frozen=True, eq=False)
class TuneComment:
    """The part of a comment that marks values.

    Attributes:
        line: its line, from 1.
        comment: offset at which the whole comment begins.
        span: its place, from the ``#`` to the end of the last call.
        calls: the calls in it.
        found: errors in its text.
    """

    line: int
    comment: int
    span: Span
    calls: tuple[TuneCall, ...]
    found: tuple[Diagnostic, ...]


def tune_comments(part: int, text: str, comment: Comment) -> Iterator[TuneComment]:
    """Yield what marks values in a comment; there may be other text around it, each behind a ``#``.

    On a line without code only what the comment begins with counts: the rest is code that somebody disabled.

    Args:
        part: number of the part.
        text: its text.
        comment: the comment.
    """
    has_code = bool(text[line_starts(text)[comment.line - 1] : comment.start].strip())
    at = 0
    while (head := HEAD.search(comment.text, at)) and (has_code or not head.start()):
        reader = _Reader(part, text, comment, head.end())
        reader.read()
        at = head.end()
        if reader.calls or reader.found:
            at = reader.at
            span = Span(part, comment.start + head.start(), comment.start + at)
            yield TuneComment(comment.line, comment.start, span, tuple(reader.calls), tuple(reader.found))


class _Reader:
    """Reader of a comment's text behind ``tune``.

    Args:
        part: number of the part.
        text: its text.
        comment: the comment.
        at: offset in the comment behind ``tune``.

    Attributes:
        at: offset in the comment up to which it is read.
        calls: calls so far.
        found: errors so far.
    """

    def __init__(self, part: int, text: str, comment: Comment, at: int) -> None:
        self.at = at
        self.calls: list[TuneCall] = []
        self.found: list[Diagnostic] = []
        self._part = part
        self._text = text
        self._comment = comment

    def read(self) -> None:
        """Read the calls, up to the first error."""
        head = _FIRST.match(self._comment.text, self.at)
        if head is None or not _is_call(head) or (head["name"] and head["inner"]):
            self._look_for_mistakes()
            return
        following: re.Match[str] | None = head
        while following is not None and self._call(following):
            end = _END.match(self._comment.text, self.at)
            if end is not None:
                self.at = end.start("rest")
                return
            following = _NEXT.match(self._comment.text, self.at)
            if following is None or not _is_call(following):
                self._superfluous()
                return

    def _superfluous(self) -> None:
        """Report text behind a call that is not another call, or is one without a semicolon."""
        between = _SEPARATED.match(self._comment.text, self.at)
        if between is not None:
            at, end = self.at, len(self._comment.text)
            help = "write ; between them"
            edits = ((at, between.end(), "; "),)
            self._error("two calls in a comment are separated by ;", between.end(), end, help, edits)
            self.at = end
            return
        start = (
            self.at + len(self._comment.text[self.at :]) - len(self._comment.text[self.at :].lstrip(" \t"))
        )
        text = "behind a call, only ; and another call may follow, or # and other text"
        self._error(text, start, len(self._comment.text), "put # before the rest", ((start, start, "# "),))
        self.at = len(self._comment.text)

    def _call(self, head: re.Match[str]) -> bool:
        """Read a call behind its head; return whether it could be read."""
        name, start = head["name"] or head["inner"] or "", head.end()
        if head["called"] not in SIGNATURES:
            self._unknown(head)
            return False
        end = _end(self._comment.text, start)
        if end is None:
            self.at = len(self._comment.text)
            text = "the call in this comment is never closed: a comment is a single line"
            self._error(text, start, self.at, "close it with ) on the same line")
            return False
        self.at = end
        content = self._parsed(start, end, head["called"])
        if content is None:
            return False
        call = content.value if isinstance(content, ast.Subscript) else content
        if not isinstance(call, ast.Call):
            self._square_brackets(head, end)
            return False
        self.calls.append(TuneCall(content, call, head["called"], self._span(start, end), name))
        return True

    def _parsed(self, start: int, end: int, name: str) -> ast.expr | None:
        """Parse a call, and give its nodes their places in the text."""
        try:
            content = ast.parse(self._comment.text[start:end], mode="eval").body
        except SyntaxError as problem:
            at = min(start + (problem.offset or 1), end) - 1
            message = f"the call in this comment does not parse: {problem.msg}"
            self._error(message, at, end, f"write it as Python has it, for example {EXAMPLES[name]}")
            return None
        line = line_starts(self._text)[self._comment.line - 1]
        before = self._text[line : self._comment.start + start]
        column = len(before.encode("utf-8", "surrogatepass"))
        for node in ast.walk(content):
            if isinstance(node, (ast.expr, ast.keyword, ast.arg)):
                node.lineno = node.end_lineno = self._comment.line
                node.col_offset += column
                node.end_col_offset = column + (node.end_col_offset or 0)
        return content

    def _square_brackets(self, head: re.Match[str], end: int) -> None:
        name, opening = head["called"], head.end("opening") - 1
        inside = self._comment.text[opening + 1 : end - 1]
        meant = f"([{inside}])" if name in CHOICES else f"({inside})"
        text = f"{name} needs its arguments in parentheses, got {name}[...]"
        self._error(text, head.end(), end, f"write {name}{meant}", ((opening, end, meant),))

    def _unknown(self, head: re.Match[str]) -> None:
        name = head["called"]
        meant = _near(name) or ""
        text, place = f"unknown distribution '{name}'", (head.start("called"), head.end("called"))
        edits = (Edit(self._span(*place), meant),)
        self.found.append(
            error(Code.UNKNOWN_DISTRIBUTION, text, self._span(*place), f"did you mean {meant}?", edits)
        )
        self.at = len(self._comment.text)

    def _look_for_mistakes(self) -> None:
        """Report what is nearly a comment that marks a value."""
        text, at = self._comment.text, self.at
        if (match := _IN_BRACES.match(text, at)) is not None:
            opening, start = match["opening"], match.start("opening")
            closing = _CLOSING[opening[0]].search(text, match.end())
            edits = [(start, match.end("opening"), "")]
            edits += [(closing.start(), closing.end(), "")] if closing is not None else []
            self._error("in a comment a marker has no braces", start, len(text), "leave them out", (*edits,))
        elif (match := _WITHOUT_COLON.match(text, at)) is not None:
            self._error(
                "tune needs a colon", at, match.end() - 1, "write # tune: and the call", ((at, at, ":"),)
            )
        elif (match := _ASSIGNED.match(text, at)) is not None:
            start, end = match.start("name"), match.start("call")
            edit = ((at, end, f" {match['name']}: "),)
            help = f"write # tune {match['name']}: and the call"
            self._error("the name of an argument stands before the colon", start, end, help, edit)
        elif (match := _BARE.match(text, at)) is not None:
            name = match["called"].rpartition(".")[2]
            message = f"{name} needs its arguments in parentheses"
            help = f"write, for example, # tune: {EXAMPLES[name]}"
            self._error(message, match.start("called"), match.end("called"), help)

    def _error(
        self,
        message: str,
        start: int,
        end: int,
        help: str = "",
        edits: tuple[tuple[int, int, str], ...] = (),
    ) -> None:
        made = tuple(Edit(self._span(first, last), text) for first, last, text in edits)
        self.found.append(error(Code.COMMENT, message, self._span(start, end), help, made))

    def _span(self, start: int, end: int) -> Span:
        return Span(self._part, self._comment.start + start, self._comment.start + end)


def _is_call(head: re.Match[str]) -> bool:
    """Tell whether a name before a bracket is that of a distribution, or nearly."""
    return head["called"] in SIGNATURES or (head["opening"] == "(" and _near(head["called"]) is not None)


def _near(name: str) -> str | None:
    """Return the distribution that a name is surely meant for.

    >>> _near("Uniform"), _near("choise"), _near("normalize"), _near("range")
    ('uniform', 'choice', None, None)
    """
    return did_you_mean(name.lower(), SIGNATURES, cutoff=0.82)


def _end(text: str, start: int) -> int | None:
    """Return the end of a call, with its index if it has one; None if a bracket is not closed."""
    depth, end = 0, None
    for bracket, offset in brackets(text[start:]):
        if end is not None and (bracket != "[" or offset != end):
            break
        depth += 1 if bracket in "([{" else -1
        end = None if depth else offset + 1
        if end is not None and bracket == "]":
            break
    return None if end is None else start + end
