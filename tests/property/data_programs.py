"""Templates whose ``data()`` holds markers: what it returns, and what else it does, which the model finds."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from hypothesis import strategies as st

from tests.property.trial_programs import MARKER

HEAD = "import decimal\nimport os\nimport random\nimport numpy as np\n"


class Piece(NamedTuple):
    """A part of a template, in which ``$i`` is a number that may be marked.

    Attributes:
        data: lines of ``data()``, which may put something into ``more``.
        model: lines of ``model(x, more)``, which may put something into ``shown``.
        above: lines above both.
    """

    data: str
    model: str = ""
    above: str = ""


PIECES = (
    Piece("more['rows'] = x[$i % 2 :]", "x += 1\nshown.append(more['rows'].tolist())"),
    Piece("more['turned'] = x.T[::-1]", "more['turned'] *= $i\nshown.append(x.tolist())"),
    Piece("more['same'] = more", "shown.append(more['same'] is more)"),
    Piece("more['names'] = ['a'] * ($i % 7)", "more['names'].append($i)\nshown.append(more['names'])"),
    Piece("more['found'] = set(range($i))", "more['found'].add('x')\nshown.append(len(more['found']))"),
    Piece("if $i > 10:\n    more['big'] = $i", "shown.append(more.get('big'))"),
    Piece("random.seed($i)\nmore['drawn'] = random.random()", "shown.append((more['drawn'], random.random()))"),
    Piece("np.random.seed(3)\nmore['n'] = np.random.rand($i % 4)", "shown.append(np.random.rand() + more['n'].sum())"),
    Piece("more['r'] = random.random()", "shown.append((random.random(), more['r']))", "random.seed(5)"),
    Piece("more['g'] = rng.random()", "shown.append((rng.random(), more['g']))", "rng = np.random.default_rng(5)"),
    Piece("global total\ntotal = [$i]", "total.append(1)\nshown.append(total)"),
    Piece("kept = [$i, x]", "kept[1] -= 1\nshown.append(kept[0] + x.sum())"),
    Piece("seen.append($i)", "shown.append(list(seen))", "seen = []"),
    Piece("known[$i] = len(known)", "shown.append(dict(known))", "known = {}"),
    Piece("more['size'] = size", "shown.append(more['size'])", "size = $i"),
    Piece("more['sizes'] = [*sizes]", "more['sizes'].append(1)\nshown.append(more['sizes'])", "sizes = ($i, $i)"),
    Piece("more['table'] = table", "table[0] += 1\nshown.append(more['table'].tolist())", "table = np.arange(4.0)"),
    Piece("more['part'] = whole[$i % 4 :]", "more['part'] += 1\nshown.append(whole.tolist())", "whole = np.arange(6)"),
    Piece("more['f'] = made($i)", "shown.append(more['f'])", "def made(n):\n    return [n, $i]"),
    Piece("made_by.count = $i", "shown.append(made_by.count)", "def made_by(n):\n    return n"),
    Piece("box.value = $i", "shown.append(box.value)", "class Box:\n    value = 0\n\nbox = Box()"),
    Piece("more['box'] = Box2($i)", "more['box'].n += 1\nshown.append(more['box'].n)", "class Box2:\n    def __init__(self, n):\n        self.n = n"),
    Piece("os.environ['LAW'] = str($i)", "shown.append(os.environ['LAW'])"),
    Piece("decimal.getcontext().prec = $i", "shown.append(str(decimal.Decimal(1) / 3))"),
    Piece("np.save('law.npy', x * $i)", "shown.append(np.load('law.npy').tolist())"),
    Piece("more['it'] = iter(range($i % 3))", "shown.append(list(more['it']))"),
    Piece("more['cells'] = np.array(['a', None, $i], dtype=object)", "more['cells'][0] = 1\nshown.append(more['cells'].tolist())"),
)  # fmt: skip

RETURNED = ("x, more", "[x, more]", "(x * $i, more)", "x[:, $i % 3], more")


@st.composite
def data_templates(draw: st.DrawFn) -> str:
    """A template with a data function that reads markers, and a model that changes what it gets."""
    pieces = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4, unique=True))

    def filled(text: str) -> str:
        parts = text.split("$i")
        items = [draw(st.sampled_from((MARKER, MARKER, "10", "2"))) for _ in parts[1:]]
        return parts[0] + "".join(item + part for item, part in zip(items, parts[1:], strict=True))

    data = ["x = np.arange(12.0).reshape(4, 3)", f"more = {{'n': {MARKER}}}", *(one.data for one in pieces)]
    data.append(f"return {draw(st.sampled_from(RETURNED))}")
    model = ["shown = []", *draw(st.permutations([one.model for one in pieces]))]
    model.append(f"return {{'loss': 0, 'shown': [x.tolist(), str(more.keys()), shown, {MARKER}]}}")
    return "\n".join(
        [
            HEAD,
            *(filled(one.above) for one in pieces),
            "def data():",
            *(textwrap.indent(filled(line), "    ") for line in data),
            "",
            "def model(x, more):",
            *(textwrap.indent(filled(line), "    ") for line in model),
            "",
        ]
    )
