"""Statements of the cells that ran which seed random generators; a searched cell begins after them."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import replace

from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.dataflow.random_generators import seeds, with_bare_seeds
from hypertemplate.compiler.syntax.source import Part
from hypertemplate.frontend.live.blanks import without
from hypertemplate.frontend.live.definitions import parsed
from hypertemplate.frontend.live.history import executed_cells, searched_text
from hypertemplate.frontend.notebook.magics import plain_cell


def seed_statements(values: Mapping[str, object]) -> list[Part]:
    """Return the cells that ran, reduced to what seeds, in the order in which they ran.

    A searched cell, this one or an earlier one, has seeded nothing that is left.

    Args:
        values: variables of the user, by name.
    """
    cells = [cell for cell in executed_cells() if not searched_text(cell)]
    texts = {f"In [{cell.number}]": plain_cell(cell.text).text for cell in cells}
    trees = [(name, tree) for name, text in texts.items() if (tree := parsed(text)) is not None]
    parts = [Part("history", name, texts[name]) for name, _ in trees]
    module = build_module(tuple(replace(tree, part=n, origin=parts[n]) for n, (_, tree) in enumerate(trees)))
    known = values.keys() | vars(builtins).keys()
    found: set[int] = set()
    # From the end, so that the offsets of earlier statements stay valid.
    bare = with_bare_seeds(module)
    for statement, seed in reversed([*zip(module.statements, bare.statements, strict=True)]):
        number = statement.tree.part
        text = parts[number].text
        if seeds(bare, seed) and seed.names.immediately <= known:
            found.add(number)
            text = text[: statement.span.start] + text[seed.span.start :]
        else:
            text = without(text, statement)
        parts[number] = replace(parts[number], text=text)
    return [part for number, part in enumerate(parts) if number in found]
