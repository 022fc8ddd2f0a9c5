"""Scripts whose last statements stand in a ``__main__`` part."""

from __future__ import annotations

import ast
import textwrap

from hypothesis import strategies as st

GUARD = 'if "__main__" == __name__:'
RUN = f"{'if True:':{len(GUARD)}}"
"""What the guard is in a fresh run, whose module has another name; equally long, so that markers keep their places."""


@st.composite
def with_main_part(draw: st.DrawFn, scripts: st.SearchStrategy[str]) -> str:
    """A script, with a drawn number of its last statements in a ``__main__`` part."""
    text = draw(scripts)
    body = ast.parse(text).body
    first = body[draw(st.integers(0, len(body) - 1))]
    start = min([first.lineno, *(one.lineno for one in getattr(first, "decorator_list", ()))]) - 1
    lines = text.splitlines(keepends=True)
    below = textwrap.indent("".join(lines[start:]), "    ")
    guarded = "".join([*lines[:start], f"{GUARD}\n", below])
    same = ast.dump(ast.Module(ast.parse(below and f"if 1:\n{below}").body[0].body, []))  # type: ignore[attr-defined]
    whole = ast.dump(ast.parse("".join(lines[start:])))
    return guarded if same == whole and not any(map(_is_future, body)) else text


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
