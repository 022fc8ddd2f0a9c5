"""What the laws are tried on: texts, templates with planted markers, and texts that are nearly Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

CASES = Path(__file__).parent.parent / "cases" / "programs"

LINE_ENDS = ("\n", "\r\n", "\r")
PIECES = (
    *LINE_ENDS,
    *("\x0c", "\x0b", "\x1c", "\x1d", "\x85", "\u2028", "\u2029"),
    *("a", " ", "\t", "é", "日", "😀", "e\u0301", "{{", "}}", "'", "#"),
)

texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
"""Any text, with every character that some function somewhere takes for the end of a line."""

ascii_texts = st.text("abc (){}\t\n", max_size=250)

HOLE = "§"
PROLOGUE = """from contextlib import nullcontext
LIMIT, SIZES, store = 9, (1, 2), {}
async def h(v): return v
def deco(v): return lambda f: f
"""
EPILOGUE = "def model():\n\treturn §\n"

CONTEXTS = (
    "x№ = §",
    "x№: float = § + §",
    "x№ = y№ = §; store['k№'] = §; z№ = §",
    "a№, (b№, *r№) = §, (§, 3)",
    "def f№(a=§, /, b=1, *, c=§) -> int:\n\treturn a, §",
    "async def g№():\n\tawait h(§)\n\treturn [y async for y in h(§)], await h(v=§)",
    "class A№(object):\n\tfield = §\n\n\tdef m(self, k=§):\n\t\t# {{uniform(0, 1)}}\n\t\treturn §",
    "@deco(§)\n@deco(v=§)\ndef d№():\n\t'''doc {{uniform(0, 1)}}'''\n\treturn 1",
    "l№ = lambda v, w=§: v + w * §",
    "c№ = [(v, §) for v in [§] if v != §], {v: § for v in [§]}, {§ for v in ()}, (§ for v in ())",
    "e№ = {'k': §, 'm': [§, {'n': §}], **{'o': §}, §: 1}",
    "with nullcontext(§) as w№, nullcontext():\n\tassert w№ is not None, §\n\tassert§",
    "if §:\n\ti№ = §\nelif §:\n\ti№ = 2\nelse:\n\ti№ = §",
    "for v№ in range(int(§) % 3):\n\tpass\nelse:\n\tt№ = §",
    "while (n№ := §) == 'never' and not§:\n\tbreak",
    "match §:\n\tcase 1 if §:\n\t\tm№ = §\n\tcase _: m№ = §",
    "try:\n\tt№ = §\nexcept (KeyError, ValueError) as error:\n\tt№ = §\n\traise\nfinally: print(§)",
    "s№ = list(range(9))[int(len([§])):§:§], SIZES[§]",
    "print(*[§], *§, sep=str(§), **{})",
    "u№ = -len([§]) ** 2 if not § else ~len(§), §is None, §<§<§",
    "def y№():\n\tyield §\n\tz = yield\n\tyield from §\n\treturn§",
    "n№ = f'{{literal}} {len(store)}' + str(§)",
    "# {{uniform(0, 1)}} is text\nq№ = '}}', \"{{\", §",
    "'''{{choice([1, 2])}} {{\n}}'''",
    "g№ = §if True else§",
    "print((§), '日本😀', §, 'é', §)",
    "k№ = store.get('k', §)\\\n\t.__class__",
    "def o№(p, /, *a, **k):\n\tq = §\n\tdef inner():\n\t\tnonlocal q\n\t\tq = §\n\treturn inner",
    "def j№():\n\tglobal gl№\n\tgl№ = §\n\tdel gl№",
    "p№ = print(print(print(§, end=§)))",
    "if LIMIT: ol№ = §; om№ = §",
    "store['a№', §] = store.a№ = §",
    "store[§] += §",
    "{§}, {§, §}, {'a': {§}}",
    "§[§] = §",
    "§(§).x += §",
    "h№ = (LIMIT << §, § >> LIMIT, LIMIT>>§, §<<LIMIT, § << § >> §)",
    "h№ = LIMIT\nh№ >>= §; h№ <<= §; h№>>=§",
    "h№ = §==§, §>§, §>=§, §<=§, §!=§, LIMIT>§",
    "h№ = '<<', '>>', f'{LIMIT:>>5}', f'{LIMIT << 3 >> 1}', §  # << >>",
    "§",
)
"""Statements with holes for markers; ``№`` is a number of their own, a tab one level of indentation."""

NUMBERS = (
    "uniform(0, 1)",
    "quniform( -2.5,1e3, q=0.5 )",
    "randint(7)",
    "hp.uniformint(1, LIMIT)",
    "loguniform(\n-9,\n  -2)",
    "uniformint(1, LIMIT, log=True)",
    "uniform(default=0.2, low=0, high=1)",
    "choice(SIZES, # }}\n default = 2, )",
    "choice([1, [normal(0, 1, default=.5)]], default=[normal(0, 1)])",
    "quniform(1, 9, # .. }}\n log = True, step=2)",
    "normal(mu=0,sigma=1)",
    "uniform(  # from 0 }}\n 0, LIMIT)",
    "qlognormal(0, 1, 1)",
    "choice(SIZES)",
    "choice([*SIZES, 3])",
    "choice([s * 2 for s in SIZES])",
)
OPTIONS = (
    *("1", "-2", "None", "'}'", "'}}{{'", "'😀'", "'a' 'b'", "(3, 'x')", "len"),
    *("{'a': {1}}", "{1, 2}", "[1,\n [2]]", "lambda z: z", "dict(a=1, # }\n b=2)", "1 if LIMIT else 2"),
    *("uniform(0, 1)", "[normal(0, 1), (randint(3))]", "choice([1, len])", "f'{1}{{x}}'", "not LIMIT"),
    *("uniform(0, 1) if choice([1, 2]) else 0", "print(sep=uniform(0, 1), *[normal(0, 1)])"),
    *("1 << 4", "'>>' '<<'", "(LIMIT >> 1, 2 << 3)", "[8>>1]"),
    *("{uniform(0, 1): normal(0, 1), 2: randint(3)}", "lambda z=uniform(0, 1), *, y=randint(3): z"),
    *("choice([uniform(0, LIMIT), choice([SIZES, 2])])", "(1)", "'''\n'''", "pchoice([(1, 'é')])"),
)
OPENINGS = ("{{", "{ {", "{\n  {", "{{ # why }}\n", "{{\n\n", "{{(")
CLOSINGS = ("}}", "} }", "}\n}", ",}}", "},}", "\n}\n}")
ANGLE_OPENINGS = ("<<", "<< ", "<<\n  ", "<< # why >>\n", "<<\n\n", "<<(", "<<\\\n")
ANGLE_CLOSINGS = (">>", " >>", "\n>>", ",>>", "\n   >>", "  # <<\n>>")


@st.composite
def markers(draw: st.DrawFn) -> str:
    """The text of a marker, in either spelling."""
    call = draw(st.sampled_from(NUMBERS) | choices())
    angles = draw(st.booleans())
    opening = draw(st.sampled_from(ANGLE_OPENINGS if angles else OPENINGS))
    closing = draw(st.sampled_from(ANGLE_CLOSINGS if angles else CLOSINGS))
    return opening + call + (")" if opening.endswith("(") else "") + closing


@st.composite
def choices(draw: st.DrawFn) -> str:
    """The text of a choice of written options."""
    options = draw(st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=7))
    if draw(st.booleans()):
        return f"choice([{draw(st.sampled_from((', ', ',', ',  # , }}' + chr(10)))).join(options)}])"
    share = 1 / len(options)
    return f"pchoice([{', '.join(f'({share!r}, {option})' for option in options)}])"


@dataclass(frozen=True)
class Planted:
    """A template, and where its markers are: pairs of offsets in order."""

    text: str
    markers: tuple[tuple[int, int], ...]


@st.composite
def templates(draw: st.DrawFn) -> Planted:
    """A template of several statements with markers in them."""
    statements = draw(st.lists(st.sampled_from(CONTEXTS), max_size=5))
    body = "".join(f"{one.replace('№', str(number))}\n" for number, one in enumerate(statements))
    indentation = draw(st.sampled_from(("\t", "  ", "    ")))
    ending = draw(st.sampled_from(LINE_ENDS))
    pieces = (PROLOGUE + body + EPILOGUE).replace("\t", indentation).replace("\n", ending).split(HOLE)
    text, spans = pieces[0], []
    for piece in pieces[1:]:
        marker = draw(markers()).replace("\n", ending)
        spans.append((len(text), len(text) + len(marker)))
        text += marker + piece
    return Planted(text, tuple(spans))


TOKENS = (
    *(
        "{{",
        "}}",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ",",
        ":",
        "=",
        ".",
        ";",
        "@",
        "*",
        "**",
        "->",
        ":=",
        "+",
        "-",
    ),
    *(
        "\n",
        "\r\n",
        "\r",
        "\n    ",
        "\n\t",
        " ",
        "\\\n",
        "\x0c",
        "\0",
        "\ufeff",
        "\u2028",
        "é",
        "😀",
        "#",
        "!",
    ),
    *("'", '"', "'''", "f'", 'f"{', "b'", "0", "1", "1e999", "-1", "0.5", "1j", "None", "True", "..."),
    *("uniform", "choice", "pchoice", "randint", "normal", "loguniform", "conditional", "hp", "_ht_", "name"),
    *("def model():", "def data():", "class A:", "if x:", "else:", "try:", "except:", "for i in", "while"),
    *(
        "return",
        "yield",
        "lambda",
        "await",
        "async",
        "import",
        "from",
        "as",
        "global",
        "nonlocal",
        "del",
        "not",
    ),
    *(
        "match x:",
        "case",
        "with",
        "assert",
        "raise",
        "pass",
        "in",
        "is",
        "and",
        "if",
        "else",
        "x",
        "model",
        "data",
    ),
    *("from hyperas import optim", "optim.minimize(model, data)", "from hyperas.distributions import *"),
    *(
        "if __name__ == '__main__':",
        "import keras",
        "keras.layers.Dense()",
        "from __future__ import annotations",
    ),
    *(
        "{{uniform(0, 1)}}",
        "{{choice([1, x])}}",
        "{{choice([1, x])[i]}}",
        "{{uniform(0, 1)[i:3, x]}}",
        "<<uniform(0, 1)>>",
        "<<choice([1, <<",
        "<<",
        ">>",
        "for i in range(3):",
        "for i, x in enumerate(range(x)):",
        "x += 1",
        "x.append(x)",
        "print(space)",
        "  # hypertemplate: trial\n",
        "# hypertemplate: skip",
        "  # tune: uniform(0, 1)\n",
        "  # tune x: choice([1, x])[i]; choice(x);\n",
        "# tune: Uniform(0, {",
        " # {{uniform(0, 1)}}\n",
        "from here import model as x, data",
        "uniform(0, 1)",
        "choice([",
        "])",
        "np.random.seed(1)",
        "1/0",
    ),
)

soups = st.lists(st.sampled_from(TOKENS), max_size=40).flatmap(
    lambda tokens: st.sampled_from(("", " ")).map(lambda between: between.join(tokens))
)
"""Pieces of Python in any order."""


def _templates_of_the_cases() -> Iterator[str]:
    for path in sorted(CASES.glob("*.py")):
        yield path.read_text(encoding="utf-8").partition("\n# output\n")[0] + "\n"


@st.composite
def broken_notebooks(draw: st.DrawFn) -> list[str]:
    """The cells of a template of the golden cases with a few random edits, some of them in another order."""
    cells = draw(broken_templates(least=0)).split("\n\n\n")
    return cells if draw(st.booleans()) else draw(st.permutations(cells))


@st.composite
def broken_templates(draw: st.DrawFn, least: int = 1) -> str:
    """A template of the golden cases with a few random edits."""
    text = draw(st.sampled_from(list(_templates_of_the_cases())))
    for _ in range(draw(st.integers(least, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        match draw(st.sampled_from(("delete", "insert", "replace", "repeat", "cut", "move"))):
            case "delete":
                text = text[:start] + text[end:]
            case "insert":
                text = text[:start] + draw(st.sampled_from(TOKENS)) + text[start:]
            case "replace":
                text = text[:start] + draw(st.sampled_from(TOKENS)) + text[end:]
            case "repeat":
                text = text[:end] + text[start:]
            case "cut":
                text = text[:start]
            case "move":
                text = text[:start] + text[end:] + text[start:end]
    return text
