"""``apply --plain``: the call of a search becomes one run of the model, and imports of a search go."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError
from tests.compiler.support import cells, source
from tests.compiler.tuned_source.support import plain_text, tuned

HEAD = "from hyperas import optim\nfrom hyperopt import Trials, tpe\n"
MODEL = "def model(x, y):\n    return {'loss': {{uniform(0, 1, name='rate')}}, 'model': x}\n"
DATA = "def data():\n    return 1, 2\n"
PLAIN = (DATA + MODEL).replace("{{uniform(0, 1, name='rate')}}", "0.5")
GUARD = "if __name__ == '__main__':\n"
SEARCH = "optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=5, trials=Trials())\n"


def below(text: str, params: dict[str, float] | None = None) -> str:
    """What becomes of the code below the functions."""
    whole = HEAD + DATA + MODEL + textwrap.dedent(text)
    return plain_text(whole, **(params or {"rate": 0.5})).removeprefix(PLAIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"{SEARCH}", "result = model(*data())\n", id="a statement"),
        pytest.param(f"best_run, best_model = {SEARCH}", "result = model(*data())\n", id="names that nothing reads are not bound"),
        pytest.param(f"best_run, best_model = {SEARCH}print(best_run)\n", "result = model(*data())\nbest_run = {'rate': 0.5}\nprint(best_run)\n", id="the best values are written out where something reads them"),
        pytest.param(f"best_run, best_model = {SEARCH}print(best_model)\n", "result = model(*data())\nbest_model = result['model']\nprint(best_model)\n", id="the best model is that of the run"),
        pytest.param(f"{GUARD}    best_run, best_model = {SEARCH}    print(best_model)\n", f"{GUARD}    result = model(*data())\n    best_model = result['model']\n    print(best_model)\n", id="it stays under its guard"),
        pytest.param(f"{GUARD}\tbest_run, best_model = {SEARCH}\tprint(best_model)\n", f"{GUARD}\tresult = model(*data())\n\tbest_model = result['model']\n\tprint(best_model)\n", id="with its tabs"),
        pytest.param(f"if __name__ == '__main__': a, b = {SEARCH[:-1]}; print(b)\n", "if __name__ == '__main__': result = model(*data()); b = result['model']; print(b)\n", id="on one line with others"),
        pytest.param(f"result = 1\n{SEARCH}", "result = 1\nresult_2 = model(*data())\n", id="a name that is taken has a number"),
        pytest.param(f"trials = Trials()\n{SEARCH.replace('Trials()', 'trials')}print(trials.losses())\nprint(1)\n", "result = model(*data())\nprint(1)\n", id="trials that only a search fills go, and what reads them"),
        pytest.param(f"trials = Trials()\n{SEARCH.replace('Trials()', 'trials')}losses = trials.losses()\nif losses:\n    print(losses)\n", "result = model(*data())\n", id="also what reads what comes of them"),
        pytest.param(f"trials = Trials()\n{SEARCH.replace('Trials()', 'trials')}trials = [1]\nprint(trials)\n", f"from hyperopt import Trials\n{PLAIN}trials = Trials()\nresult = model(*data())\ntrials = [1]\nprint(trials)\n", id="a name that is bound anew is another thing"),
        pytest.param(f"trials = Trials()\n{SEARCH.replace('Trials()', 'trials')}for _ in range(2):\n    print(trials)\n", "result = model(*data())\nfor _ in range(2):\n    pass\n", id="a block that loses all of its statements passes"),
        pytest.param(f"trials = Trials()\n{SEARCH.replace('Trials()', 'trials')}try:\n    print(trials)\n    print(1)\nexcept ValueError:\n    pass\n", "result = model(*data())\ntry:\n    print(1)\nexcept ValueError:\n    pass\n", id="of a block only what reads them goes"),
        pytest.param(f"def show():\n    print(trials)\ntrials = Trials()\n{SEARCH.replace('Trials()', 'trials')}show()\nprint(1)\n", f"from hyperopt import Trials\n{PLAIN}def show():\n    print(trials)\ntrials = Trials()\nresult = model(*data())\nprint(1)\n", id="a call of a function that reads them goes"),
        pytest.param(f"trials = Trials()\n{SEARCH.replace('Trials()', 'trials')}def show(trials):\n    print(trials)\nshow([])\n", "result = model(*data())\ndef show(trials):\n    print(trials)\nshow([])\n", id="a parameter of the same name is another one"),
        pytest.param(f"def main():\n    best_run, best_model = {SEARCH}    return best_model\nmain()\n", "def main():\n    result = model(*data())\n    best_model = result['model']\n    return best_model\nmain()\n", id="in a function"),
        pytest.param(f"a, b = {SEARCH}a, b = {SEARCH}print(b)\n", "result = model(*data())\nb = result['model']\nprint(b)\n", id="a further search goes"),
        pytest.param(f"import sys\nif len(sys.argv) > 1:\n    {SEARCH}else:\n    {SEARCH}", "import sys\nif len(sys.argv) > 1:\n    result = model(*data())\nelse:\n    result = model(*data())\n", id="searches in two branches are one run each"),
        pytest.param("a, b, space = optim.minimize(model, data, tpe.suggest, 5, Trials(), return_space=True)\nprint(a, space)\nprint(1)\n", "result = model(*data())\nprint(1)\n", id="the space that a search returns goes"),
        pytest.param("vote = optim.best_ensemble(3, model, data, tpe.suggest, 5, Trials())\nprint(vote)\n", "result = model(*data())\n", id="an ensemble goes"),
        pytest.param("from hypertemplate import tune\nstudy = tune(model, data)\nprint(study.best_params, study.best_loss)\nnet = study.best_model(trust=True)\nprint(study)\nstudy.to_frame()\n", "result = model(*data())\nprint({'rate': 0.5}, (0.5))\nnet = result['model']\n", id="of a study the best values, loss and model are left"),
        pytest.param("from hypertemplate import tune\nstudy: object = tune(model, data)\nprint(study.best_params)\n", "result = model(*data())\nprint({'rate': 0.5})\n", id="with an annotation"),
        pytest.param(f"trials = Trials()\n{SEARCH.replace('Trials()', 'trials')}import os as trials, sys\nprint(trials)\n", f"from hyperopt import Trials\n{PLAIN}trials = Trials()\nresult = model(*data())\nimport os as trials, sys\nprint(trials)\n", id="an import binds a name anew"),
        pytest.param("from hypertemplate import tune\nstudy = tune(model, data)\nif study.best_loss < 1:\n    print(study.trials)\n", "result = model(*data())\nif (0.5) < 1:\n    pass\n", id="in conditions too"),
    ],
)  # fmt: skip
def test_a_search_becomes_one_run_of_the_model(text: str, expected: str) -> None:
    assert below(text) == expected


@pytest.mark.parametrize(
    ("data", "model", "search", "expected"),
    [
        pytest.param("", "def model():", "optim.minimize(model=model, data=None)", "result = model()", id="no data"),
        pytest.param("def data(): return {'a': 1}", "def model(x):", "optim.minimize(model=model, data=data)", "result = model(data())", id="one object"),
        pytest.param("def data(): return 1, 2", "def model(x, y):", "optim.minimize(model=model, data=data)", "result = model(*data())", id="items by position"),
        pytest.param("def data():\n    y = x = 1\n    return x, y", "def model(x, y):", "optim.minimize(model=model, data=data)", "result = model(*data())", id="names in the order of the parameters"),
        pytest.param("def data():\n    y = x = 1\n    return y, x", "def model(x, y):", "optim.minimize(model=model, data=data)", "returned = data()\nresult = model(x=returned[1], y=returned[0])", id="names in another order"),
        pytest.param("def data(): return {'x': 1, 'y': 2, 'z': 3}", "def model(x, y):", "optim.minimize(model=model, data=data)", "returned = data()\nresult = model(x=returned['x'], y=returned['y'])", id="keys of a dict"),
        pytest.param("def data(n, k): return n, k", "def model(x, y):", "optim.minimize(model=model, data=data, data_args=(1, 2 * 3))", "result = model(*data(1, 2 * 3))", id="arguments of the data function"),
        pytest.param("ARGS = 1, 2\ndef data(n, k): return n, k", "def model(x, y):", "optim.minimize(model=model, data=data, data_args=ARGS)", "result = model(*data(*ARGS))", id="arguments in a name"),
    ],
)  # fmt: skip
def test_the_data_is_joined_as_it_was(data: str, model: str, search: str, expected: str) -> None:
    rest = f"{data}\n{model}\n    return {{{{uniform(0, 1, name='rate')}}}}\n"
    text = f"from hyperas import optim\n{rest}{search}\n"
    plain = plain_text(text, rate=0.5)
    assert plain == rest.replace("{{uniform(0, 1, name='rate')}}", "0.5") + expected + "\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"print({SEARCH[:-1]})\n",
            "this search is part of another expression, so nothing can take its place",
            id="a search inside an expression",
        ),
        pytest.param(
            f"def other(): return 1\noptim.minimize(other, None)\n{SEARCH}",
            "this searches other, and the study is of model()",
            id="a search of another function",
        ),
        pytest.param(
            f"def main():\n    trials = Trials()\n    {SEARCH.replace('Trials()', 'trials')}    return trials\nmain()\n",
            "this returns what only a search gives",
            id="a function that returns what only a search gives",
        ),
    ],
)
def test_what_cannot_be_replaced_is_refused(text: str, expected: str) -> None:
    with pytest.raises(CompileError) as refused:
        tuned(HEAD + DATA + MODEL + text, {"rate": 0.5}, plain=True, model="model")
    assert expected in str(refused.value)


def test_local_variables_of_data_that_the_model_reads_are_refused() -> None:
    text = (
        f"{HEAD}def data():\n    n = 3\n    return 1, 2\n"
        "def model(x, y):\n    return {{uniform(0, 1, name='rate')}} * n\n"
        f"{SEARCH}"
    )
    with pytest.raises(CompileError, match=r"model\(\) reads n of data\(\), which does not return it"):
        plain_text(text, rate=0.5)


def test_what_goes_is_told_with_its_lines() -> None:
    text = f"{HEAD}{DATA}{MODEL}a, b = {SEARCH}print(a[0], c)\nc = a\n{SEARCH}"
    found, _ = tuned(f"{text}".replace("a, b", "a"), {"rate": 0.5}, plain=True)
    assert found.notes == (
        "line 8 goes: it reads a, which only a search gives",
        "line 9 goes: it reads a, which only a search gives",
        "line 10 goes: it is a further search",
    )


def test_cells_below_a_search_lose_what_only_a_search_gives() -> None:
    text = cells(
        HEAD + DATA + MODEL,
        f"trials = Trials()\nbest_run, best_model = {SEARCH.replace('Trials()', 'trials')}",
        "best_run",
        "best_model",
        "trials.losses()",
    )
    found, _ = tuned(text, {"rate": 0.5}, plain=True)
    new = {edit.span.part: edit.text for edit in found.edits if edit.span.part}
    assert new == {
        1: "result = model(*data())\nbest_run = {'rate': 0.5}\nbest_model = result['model']",
        4: "",
    }


IMPORTS = [
    pytest.param("from hyperas.distributions import uniform\n", "", id="of a name that only markers use"),
    pytest.param("from hyperas.distributions import *\n", "", id="of all names"),
    pytest.param("from hyperas.distributions import uniform as u, conditional\nprint(conditional)\n", "from hyperas.distributions import conditional\nprint(conditional)\n", id="but not of one that something uses"),
    pytest.param("from hyperas.distributions import conditional, uniform  # ours\nprint(conditional)\n", "from hyperas.distributions import conditional  # ours\nprint(conditional)\n", id="the last name goes with its comma"),
    pytest.param("from hyperas.distributions import (\n    uniform,\n    conditional,\n    choice,\n)\nprint(conditional)\n", "from hyperas.distributions import (\n    conditional,\n)\nprint(conditional)\n", id="names on lines of their own"),
    pytest.param("import os, hyperas\nprint(os)\n", "import os\nprint(os)\n", id="beside other packages"),
    pytest.param("import os; import hyperas; print(os)\n", "import os; pass; print(os)\n", id="beside other statements"),
    pytest.param("try:\n    import hyperas\nexcept ImportError:\n    hyperas = None\n", "try:\n    pass\nexcept ImportError:\n    hyperas = None\n", id="alone in a block"),
    pytest.param("from hypertemplate import report\nfrom hypertemplate import tune\nreport(1)\n", "from hypertemplate import report\nreport(1)\n", id="reports stay"),
    pytest.param("import os\n\nfrom hypertemplate.distributions import uniform\n\nprint(os)\n", "import os\n\nprint(os)\n", id="with one of the blank lines around it"),
    pytest.param("import unused\nfrom .hyperas import x\n", "import unused\nfrom .hyperas import x\n", id="what is not of a search stays, used or not"),
    pytest.param("from hyperopt import STATUS_OK, fmin\n__all__ = ['fmin']\n", "from hyperopt import fmin\n__all__ = ['fmin']\n", id="a name that the file exports is used"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), IMPORTS)
def test_imports_that_nothing_uses_go(text: str, expected: str) -> None:
    rest = "def model():\n    return {}\n"
    plain = plain_text(text + rest.format("{{uniform(0, 1, name='rate')}}"), rate=0.5)
    assert plain == expected + rest.format("0.5")


def test_imports_go_from_any_cell() -> None:
    text: Source = cells(
        "from hyperas.distributions import uniform\nimport os", "def model():\n    return {{uniform(0, 1)}}"
    )
    found, _ = tuned(text, {"uniform": 0.5}, plain=True)
    assert [edit.text for edit in found.edits] == ["", "0.5"]


def test_a_template_without_a_search_of_its_own_gets_none() -> None:
    assert plain_text(source(DATA + MODEL), rate=0.5) == DATA + MODEL.replace(
        "{{uniform(0, 1, name='rate')}}", "0.5"
    )


def test_many_best_values_have_a_line_each() -> None:
    values = {f"a_rather_long_name_{n}": 0.5 for n in range(4)}
    marked = ", ".join(f"{{{{uniform(0, 1, name='{name}')}}}}" for name in values)
    text = f"{HEAD}def model():\n    return dict(loss=sum([{marked}]), model=1)\n"
    text += f"if 1:\n    a, b = {SEARCH.replace('data=data', 'data=None')}    print(a, b)\n"
    lines = "".join(f"        {name!r}: 0.5,\n" for name in values)
    end = f"    result = model()\n    a = {{\n{lines}    }}\n    b = result['model']\n    print(a, b)\n"
    assert plain_text(text, **values).endswith(end)


def test_a_cell_that_is_a_search_of_its_own_binds_another_study() -> None:
    tune = "from hypertemplate import tune\nstudy = tune(model, data)"
    text = cells(DATA + MODEL, tune, "study.trials", "y = {{uniform(0, 1)}}", "study.trials")
    parts = [
        replace(part, original=f"%%tune\n{part.text}") if "y =" in part.text else part for part in text.parts
    ]
    found, _ = tuned(replace(text, parts=tuple(parts)), {"rate": 0.5}, plain=True)
    assert [edit.span.part for edit in found.edits if edit.span.part] == [1, 1, 2]


def test_a_script_has_no_search_to_replace() -> None:
    assert plain_text("x = {{uniform(0, 1)}}\nloss = x * 2\n", x=0.5) == "x = 0.5\nloss = x * 2\n"
