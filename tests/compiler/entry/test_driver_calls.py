"""Methods whose call starts a search; plain functions are among the tests of what is kept."""

from __future__ import annotations

import pytest

from tests.compiler.support import MODEL, reasons

STUDY = """class Study:
    def __init__(self, n=3):
        self.n = n
    def load(self):
        return 1
    def run(self):
        return optim.minimize(model=model, max_evals=self.n)
    def main(self):
        self.run()
    @classmethod
    def start(cls):
        cls().run()
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(STUDY + "Study().run()\n", "it calls Study.run()", id="a method"),
        pytest.param(STUDY + "Study(n=5).run()\n", "it calls Study.run()", id="of an object with arguments"),
        pytest.param(STUDY + "s = Study()\nbest = s.run()\n", "it calls Study.run()", id="of a variable"),
        pytest.param(STUDY + "Study().main()\n", "it calls Study.main()", id="through another method"),
        pytest.param(STUDY + "Study.run(Study())\n", "it calls Study.run()", id="by its class"),
        pytest.param(
            STUDY + "class Long(Study):\n    pass\nLong().run()\n", "it calls Study.run()", id="of a base"
        ),
        pytest.param(
            STUDY + "def main():\n    s = Study()\n    s.run()\nmain()\n",
            "it calls main()",
            id="of a function's own variable",
        ),
        pytest.param(
            "class Study:\n    def __init__(self): optim.minimize(model)\nStudy()\n",
            "it calls Study()",
            id="when it is made",
        ),
        pytest.param(
            "class Study:\n    def __call__(self): optim.minimize(model)\nStudy()()\n",
            "it calls Study.__call__()",
            id="when the object is called",
        ),
        pytest.param(
            "class Study:\n    def __call__(self): optim.minimize(model)\ns = Study()\ns()\n",
            "it calls Study.__call__()",
            id="when a variable is called",
        ),
        pytest.param(
            "class Study:\n    def run(self): return model()\nStudy().run()\n",
            "it calls Study.run()",
            id="that calls the model",
        ),
        pytest.param("go = lambda: optim.minimize(model)\ngo()\n", "it calls go()", id="a lambda"),
    ],
)
def test_a_call_that_starts_a_search_is_left_out(text: str, reason: str) -> None:
    assert reasons(MODEL + text)[-1] == reason


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Study().load()\n", id="another method"),
        pytest.param("s = Study()\n", id="an object alone"),
        pytest.param("print(Study().run)\n", id="a method that is not called"),
        pytest.param("import other\nother.study.run()\n", id="a method of that name of something else"),
        pytest.param("self = print\nself.run()\n", id="a variable of that name that is no instance"),
        pytest.param("class Loop(Loop): pass\nLoop().run()\n", id="a class that is its own base"),
    ],
)
def test_a_call_that_starts_no_search_is_kept(text: str) -> None:
    assert not reasons(MODEL + STUDY + text)[-1].startswith("it calls")
