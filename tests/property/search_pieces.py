"""Statements beside the model, which may need none of them, and the file's own search with what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from hypothesis import strategies as st

SEARCH = "# the search"
"""Comment above the statement with which the search begins: a fresh run of the template ends here."""

BESIDE = (
    "class Forest$n:\n    def fit(self, x):\n        self.size = len(x)\n        return self\n"
    "    def score(self, x):\n        return self.size + len(x)\n"
    "forest$n = Forest$n()\nforest$n.fit($a)\nprint(forest$n.score($b))",
    "class Keeping$n:\n    def fit(self, x):\n        x.append(5)\n        return self\n"
    "keeping$n = Keeping$n().fit($a)",
    "def train$n(x):\n    kept = list(x)\n    kept.append(1)\n    return kept\nbase$n = train$n($a)",
    "def spoil$n(x):\n    x.append(9)\n    return len(x)\nbase$n = spoil$n($a)",
    "def swap$n():\n    global $a\n    $a = [3]\nswap$n()",
    "print($a.pop() if len($a) > 1 else 0)",
    "for row$n in ($a, $b):\n    print(len(row$n))",
    "for row$n in ($a, $b):\n    row$n.append(4)",
    "seen$n = [x for x in $a]\nseen$n.append($a.append(8))",
    "walk$n = iter($a)\nprint(next(walk$n, 0))",
    "try:\n    $a.remove(1)\nexcept ValueError:\n    print('none')",
    "table$n = {'x': $a}\nprint(sorted(table$n))\ntable$n['x'].append(2)",
    "assert len($a) >= 0",
    "exec('$a.append(6)')",
    "setattr(functools, 'kept$n', 3)\nassert functools.kept$n == 3",
    "best$n = max(($a, $b), key=len)\nbest$n += [1]",
    "with open('/dev/null', 'w') as file$n:\n    print($a, file=file$n)",
)
"""Baselines, prints and explorations: of some all is beside the model, others change what it reads."""

STARTS = (
    f"{SEARCH}\nfrom hyperas import optim\nbest = optim.minimize($given)",
    f"{SEARCH}\nfrom hyperas import optim\nif __name__ == '__main__':\n    best = optim.minimize($given)",
    f"def main():\n    from hyperas import optim\n    return optim.minimize($given)\n{SEARCH}\nbest = main()",
    f"def main():\n    from hyperas import optim\n    optim.minimize($given)\n{SEARCH}\n"
    "if __name__ == '__main__':\n    main()",
    f"{SEARCH}\nfrom hypertemplate import tune\nstudy = tune($tuned)",
    f"class HyperParamModel:\n    def minimize(self, model, data, max_evals):\n        raise SystemExit\n"
    f"distributed = HyperParamModel()\n{SEARCH}\ndistributed.minimize($given, max_evals=2)",
    f"import math as helpers\n{SEARCH}\nbest = helpers.search_for($tuned)",
)
"""How a file starts its own search."""

BELOW = (
    "a = [100]",
    "b.append(100)",
    "del c",
    "d[:] = []",
    "data = 5",
    "model = best",
    "def model(*given):\n    return 7",
    "def data():\n    return [9], [9]",
    "print(best)",
    "import sys\nsys.exit(0)",
    "raise SystemExit",
    "for x in 1 / 0: pass",
    "a, b = b, a",
    "import os\nos.environ['HT_WIDE'] = '7'",
    "import random\nrandom.seed(3)",
    "Path('below').write_text('1')\nfunctools.reduce = None",
    "from law_kept import ROWS\nROWS.append(8)",
)
"""What follows it."""


@st.composite
def beside(draw: st.DrawFn, lists: Sequence[str]) -> list[str]:
    """Some statements beside the model."""
    drawn = draw(st.lists(st.sampled_from(BESIDE), max_size=2))
    pairs = [draw(st.permutations(lists))[:2] for _ in drawn]
    return [
        Template(text).substitute(a=a, b=b, n=f"_{number}")
        for number, (text, (a, b)) in enumerate(zip(drawn, pairs, strict=True))
    ]


@st.composite
def search(draw: st.DrawFn, has_data: bool) -> list[str]:
    """The search, with what follows it; or nothing."""
    if draw(st.booleans()):
        return []
    given, tuned = ("model=model, data=data", "model, data=data") if has_data else ("model=model", "model")
    starts = STARTS if has_data else STARTS[:5]
    start = Template(draw(st.sampled_from(starts))).substitute(given=given, tuned=tuned)
    return [start, *draw(st.lists(st.sampled_from(BELOW), max_size=3))]


def before_search(text: str) -> tuple[str, bool]:
    """The text up to the search, and whether there is one."""
    before, mark, _ = text.partition(SEARCH)
    return before, bool(mark)
