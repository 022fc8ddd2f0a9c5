"""Comments that are nearly markers, and are prose as they stand: each is told what to write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.grammar import EXAMPLES, SIGNATURES, did_you_mean
from hypertemplate.compiler.syntax.source import Span, line_starts
from hypertemplate.compiler.syntax.tokens import Comment, comments
from hypertemplate.compiler.syntax.tree import Tree

_OURS = rf"(?:\w+\.)*\b(?:{'|'.join(SIGNATURES)})"
_HINT = re.compile(rf"#[^\r\n]*(?:{_OURS}|\btune\b)", re.IGNORECASE)
_CALL = re.compile(rf"#(?P<before>[^#]*?)(?P<call>(?P<called>{_OURS})[ \t]*(?P<opening>[(\[{{<\uff08]))")
_BRACES = re.compile(r"\{\s*\{|<<")
_COLONS = (":", "\uff1a")
_PUNCTUATION = re.compile(r"[\s:;,.=>@\-\u2013\uff1a]*")
_WORD = re.compile(r"[^\W\d]\w*")
_FORMS = frozenset({"hypertune", "tunable", "tune", "tuneable", "tuned", "tunes", "tuning"})
_BEHIND = re.compile(
    r"#[ \t]*tune(?:[ \t]+(?P<name>[^:#]*?))?[ \t]*:[ \t]*(?P<text>[^#]*?)[ \t;]*(?=#|\Z)", re.I
)
_NOT_OPENED = re.compile(rf"#[ \t]*tune[^:#]*:[ \t]*({_OURS})[ \t]+[-+.\d][-+.,\de \t]*\)", re.IGNORECASE)
_UNKNOWN = re.compile(r"(?:\w+\.)*(?P<called>[A-Za-z_]\w*)[ \t]*\([^()]*(?:\([^()]*\)[^()]*)*\)")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_RANGE = re.compile(rf"(?P<low>{_NUMBER})[ \t]*(?:\.\.+|-|to)[ \t]*(?P<high>{_NUMBER})")


def near_misses(tree: Tree, renamed: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield warnings of comments behind code that are surely meant as markers, or may be.

    Args:
        tree: the part.
        renamed: other name -> distribution, as from ``from hyperas.distributions import choice as c``.
    """
    if _HINT.search(tree.text) is None:
        return  # most templates; no need to read their tokens
    for comment in comments(tree.text):
        start = line_starts(tree.text)[comment.line - 1]
        end = comment.start + len(comment.text)
        is_read = any(comment.start <= span.start < end for span in tree.comments.spans)
        if not is_read and tree.text[start : comment.start].strip() and not _BRACES.search(comment.text):
            text = comment.text
            found = _not_opened(text) or _with_call(text) or _behind(text, renamed)
            if found is not None:
                yield _warning(tree, comment, *found)


_Found = tuple[tuple[int, int], str, tuple[tuple[int, int, str], ...]]
"""Place in the comment, advice, and edits there."""


def _with_call(text: str) -> _Found | None:
    """Find a call of a distribution behind a word that is nearly ``tune``, or not alone."""
    for match in _CALL.finditer(text):
        before = match["before"]
        words = [*_WORD.finditer(before)]
        word = next((one for one in words if one[0].lower() in _FORMS), None)
        if word is None and before.rstrip().endswith(_COLONS) and words[-1:]:
            word = words[-1] if did_you_mean(words[-1][0].lower(), ["tune"], cutoff=0.75) else None
        if word is None:
            continue
        between = before[word.end() :]
        argument = re.sub(r"\W+", " ", between).strip()
        name = f" {argument}" if argument.isidentifier() else ""
        end = text.find(")", match.end()) + 1
        is_call = match["opening"] == "(" and end > 0
        call = text[match.start("call") : end] if is_call else EXAMPLES[match["called"].rpartition(".")[2]]
        place = match.start("before") + word.start(), end if is_call else match.end()
        is_certain = is_call and _PUNCTUATION.fullmatch(between) and not before[: word.start()].strip()
        edits = ((place[0], match.start("call"), "tune: "),) if is_certain else ()
        return place, f"write # tune{name}: {call}", edits
    return None


def _behind(text: str, renamed: Mapping[str, str]) -> _Found | None:
    """Find something else behind ``tune:`` that may be meant as a distribution."""
    match = _BEHIND.search(text)
    if match is None:
        return None
    place, name = match.span("text"), f" {match['name']}" if match["name"] else ""
    head, written = f"write # tune{name}:", match["text"]
    called = _UNKNOWN.fullmatch(written)
    if called is not None and called["called"] in renamed:
        own = renamed[called["called"]]
        start, end = (match.start("text") + one for one in called.span("called"))
        return place, f"write {own}: comments need the distribution's own name", ((start, end, own),)
    if called is not None:
        meant = did_you_mean(called["called"].lower(), SIGNATURES, cutoff=0.5)
        return place, f"{head} {EXAMPLES[meant or 'uniform']}, or another distribution", ()
    if (numbers := _RANGE.fullmatch(written)) is not None:
        return place, f"{head} uniform({numbers['low']}, {numbers['high']})", ()
    if written in SIGNATURES:
        return place, f"{head} {EXAMPLES[written]}", ()
    values = _values(written)
    if values is None:
        return None
    pair = f" or uniform({', '.join(values)})" if len(values) == 2 and written[:1] != "[" else ""
    return place, f"{head} choice([{', '.join(values)}]){pair}", ()


def _not_opened(text: str) -> _Found | None:
    """Find a distribution whose arguments have a closing parenthesis alone."""
    match = _NOT_OPENED.search(text)
    if match is None:
        return None
    return match.span(1), f"write # tune: {EXAMPLES[match[1].rpartition('.')[2].lower()]}", ()


def _values(text: str) -> list[str] | None:
    """Return the texts of two or more values that are written out."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)) or len(node.elts) < 2:
        return None
    constants = all(isinstance(one, (ast.Constant, ast.UnaryOp)) for one in node.elts)
    return [*map(ast.unparse, node.elts)] if constants else None


def _warning(
    tree: Tree, comment: Comment, place: tuple[int, int], help: str, edits: tuple[tuple[int, int, str], ...]
) -> Diagnostic:
    def span(start: int, end: int) -> Span:
        return Span(tree.part, comment.start + start, comment.start + end)

    made = tuple(Edit(span(start, end), text) for start, end, text in edits)
    return warning(Code.COMMENT, "this comment marks no value", span(*place), help, made)
