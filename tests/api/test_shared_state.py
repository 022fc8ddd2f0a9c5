"""What trials in the user's own process change in memory."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import FunctionTransformer

import hypertemplate
from hypertemplate.api.tune import tune_text
from hypertemplate.errors import LoadError, SharedStateError, UsageError

from .support import Modules


def test_what_the_model_reads_begins_anew_and_is_as_before_in_the_end(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    user = modules("""
        seen, state = [], {'n': 0}
        def count():
            state['n'] += 1
            return state['n']
        def model():
            seen.append({{uniform(0, 1)}})
            return len(seen) * 10.0 + count()
    """)
    seen = user.seen
    study = hypertemplate.tune(user.model, max_evals=3)
    assert [trial.loss for trial in study.trials] == [11.0] * 3
    assert seen is user.seen
    assert (seen, user.state) == ([], {"n": 0})
    notes = [line for line in capsys.readouterr().err.splitlines() if "changed" in line]
    assert sorted(notes) == [
        "note: 'seen' (line 2) was changed by trial 0; it is put back before each trial",
        "note: 'state', which 'count' (line 3) uses, was changed by trial 0; it is put back before each trial",
    ]


def test_what_the_model_only_adds_to_grows(modules: Modules, capsys: pytest.CaptureFixture[str]) -> None:
    user = modules("""
        history, by_rate = [], {}
        def model():
            rate = {{uniform(0, 1)}}
            history.append(rate)
            by_rate[rate] = 1
            return rate
    """)
    study = hypertemplate.tune(user.model, max_evals=3)
    assert user.history == [trial.loss for trial in study.trials]
    assert list(user.by_rate) == user.history
    assert "was changed" not in capsys.readouterr().err


def test_a_change_that_cannot_be_put_back_ends_the_search_and_the_trials_so_far_are_kept(
    modules: Modules,
) -> None:
    user = modules("""
        import queue
        done = queue.SimpleQueue()
        def model():
            done.put(1)
            return done.qsize() + {{uniform(0, 1)}}
    """)
    with pytest.raises(SharedStateError) as raised:
        hypertemplate.tune(user.model, max_evals=3)
    assert str(raised.value) == (
        "'done' (line 3) was changed by trial 0 and cannot be put back, so the next trial would not begin as it "
        "did; move line 3 into the model function, or pass workers=1"
    )
    assert isinstance(raised.value.study, hypertemplate.api.tune.Study)
    assert [trial.number for trial in raised.value.study.trials] == [0]


@pytest.mark.parametrize(
    ("values", "text", "said"),
    [
        pytest.param(
            "import queue\ndone = queue.SimpleQueue()", "score = (done.put(1) or done.qsize())", "'done' was changed {}; make it in the code that is searched",
            id="an object in memory",
        ),
        pytest.param(
            "rows = (row for row in range(9))", "score = next(rows)", "'rows' was read {}; make a list of it, which every trial can read",
            id="a generator in memory",
        ),
        pytest.param(
            "import functools\n@functools.cache\ndef rows():\n    return (row for row in range(9))\nrows()", "score = next(rows())",
            "an iterator in 'rows' was read {}; make a list of it, which every trial can read",
            id="a generator that a cache has",
        ),
    ],
)  # fmt: skip
def test_where_no_model_function_is_the_advice_names_none(
    values: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    memory: dict[str, Any] = {}
    exec(values, memory)
    with pytest.raises(SharedStateError) as raised:
        tune_text(f"{text} + {{{{uniform(0, 1)}}}}", name="cell", values=memory, objective="score:min")
    why = "by trial 0 and cannot be put back, so the next trial would not begin as it did"
    assert str(raised.value) == f"{said.format(why)}, or pass workers=1"


def test_a_change_by_the_last_trial_ends_nothing(modules: Modules) -> None:
    user = modules("""
        import queue
        done = queue.SimpleQueue()
        def model():
            done.put(1)
            return done.qsize() + {{uniform(0, 1)}}
    """)
    assert len(hypertemplate.tune(user.model, max_evals=1).trials) == 1


SHARED = """
    import hypertemplate
    from nets import pretrained

    base = pretrained()

    def model():
        base.compile('adam', 'mse')
        loss = base.fit(base.x, base.y, verbose=0).history['loss'][-1]
        return {'loss': loss + {{uniform(0, 1)}}, 'model': base}

    study = hypertemplate.tune(model, max_evals=2)
"""

NETS = """
    import keras
    import numpy as np

    def pretrained():
        net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        net.x, net.y = np.ones((4, 3)), np.ones((4, 1))
        return net
"""


@pytest.mark.keras
def test_a_model_that_all_trials_share_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(dedent(NETS), encoding="utf-8")
    (tmp_path / "script.py").write_text(dedent(SHARED), encoding="utf-8")
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (
        "note: the model of trial 0 could not be saved: 'base' is one model for all trials; make it in the "
        "model function"
    ) in done.stderr
    assert "'base' (line 5) was changed by trial 0; it is put back before each trial" in done.stderr


def test_the_users_iterators_are_where_they_were(modules: Modules) -> None:
    user = modules("""
        import csv, io
        def load():
            print('loaded')
            return [1, 2, 3]
        rows, boxed, pages = iter(load()), [iter(load())], io.StringIO('4\\n5\\n')
        same = boxed[0]
        def model():
            return next(rows) + 10 * next(boxed[0]) + 100 * int(next(pages)) + {{choice([0])}}
    """)
    for _ in range(2):
        study = hypertemplate.tune(user.model, max_evals=3, verbose=False, rerun_equal=True)
        assert [trial.loss for trial in study.trials] == [411.0] * 3
    assert user.same is user.boxed[0]
    assert [list(one) for one in (user.rows, user.same, user.pages)] == [[1, 2, 3], [1, 2, 3], ["4\n", "5\n"]]


def test_a_second_search_has_the_data_of_the_first(modules: Modules) -> None:
    module = modules(
        """
        import random
        import numpy as np
        rng, python = np.random.default_rng(0), {"draws": random.Random(1)}
        def data():
            return float(rng.random()) + python["draws"].random()
        def model(x):
            return x + {{choice([0, 0])}}
        """
    )
    found = [hypertemplate.tune(module.model, data=module.data, max_evals=2) for _ in range(2)]
    losses = [{trial.loss for trial in study.trials} for study in found]
    assert losses[0] == losses[1] == {np.random.default_rng(0).random() + random.Random(1).random()}


@pytest.mark.parametrize(
    ("made", "read", "first", "note"),
    [
        pytest.param("held = [1]", "(held.append(2), sum(held))[1]", 3, "'held' was changed", id="a list"),
        pytest.param(
            "import numpy as np\nheld = np.ones(4)",
            "(np.multiply(held, 2, out=held), held.sum())[1]",
            8,
            "'held' was changed in place",
            id="an array",
        ),
        pytest.param("import itertools\nheld = itertools.count(5)", "next(held)", 5, "", id="an iterator"),
        pytest.param(
            "import types\nheld = types.SimpleNamespace(n=0)",
            "(setattr(held, 'n', held.n + 1), held.n)[1]",
            1,
            "'held' was changed",
            id="an attribute",
        ),
        pytest.param(
            "import random\nheld = [random.Random(1)]",
            "held[0].random()",
            random.Random(1).random(),
            "",
            id="draws",
        ),
    ],
)
def test_what_data_changes_is_put_back_when_the_search_ends(
    modules: Modules, capsys: pytest.CaptureFixture[str], made: str, read: str, first: float, note: str
) -> None:
    user = modules(
        f"import functools\n\n{made}\ndef data():\n    return {read}, 0\ndef model(a, b):\n"
        "    return float(a + {{choice([0, 0])}})\n"
    )
    held = user.held
    study = hypertemplate.tune(user.model, data=user.data, max_evals=2, rerun_equal=True)
    said = [line for line in capsys.readouterr().err.splitlines() if "changed" in line]
    end = "by data(); it is put back when the search ends, so that another one has the same data"
    assert said == ([f"note: {note} {end}"] if note else [])
    again = hypertemplate.tune(user.model, data=user.data, max_evals=2, verbose=False, rerun_equal=True)
    losses = [trial.loss for found in (study.resume(4), again) for trial in found.trials]
    assert losses == [first] * 6
    assert user.held is held
    assert user.data()[0] == first


@pytest.mark.parametrize(
    ("result", "low"),
    [pytest.param("1 / 0", 0, id="data fails"), pytest.param("1", 2, id="a bound fails below it")],
)
def test_what_data_changes_is_put_back_when_the_search_cannot_begin(
    modules: Modules, result: str, low: int
) -> None:
    user = modules(
        "import functools, itertools\n\nheld = [itertools.count(5)]\nstate = {'n': 0}\n"
        f"def low():\n    return {low}\n"
        f"def data():\n    state['n'] += next(held[0])\n    return {result}\n"
        "def model(a):\n    return a * {{uniform(low(), 1)}}\n"
    )
    rows = user.held[0]
    with pytest.raises(LoadError):
        hypertemplate.tune(user.model, data=user.data, max_evals=2)
    assert user.held[0] is rows
    assert next(rows) == 5
    assert user.state == {"n": 0}


def test_what_data_uses_up_for_good_is_said(modules: Modules, capsys: pytest.CaptureFixture[str]) -> None:
    user = modules("""
        import queue
        rows = queue.SimpleQueue()
        rows.put(1)
        def data():
            return rows.get(), 0
        def model(a, b):
            return a + {{choice([0.0])}}
    """)
    hypertemplate.tune(user.model, data=user.data, max_evals=1)
    said = "'rows' was changed by data() and cannot be put back: another search here would have other data"
    assert f"note: {said}; make 'rows' in data()\n" in capsys.readouterr().err


def test_a_function_in_memory_that_rebinds_what_a_searched_cell_reads_is_refused(modules: Modules) -> None:
    user = modules("""
        import functools
        count, other = 0, 0
        def tick():
            global count
            count += 1
        def twice():
            tick()
            tick()
        def other_tick():
            global other
            other += 1
    """)
    values = {name: value for name, value in vars(user).items() if not name.startswith("__")}
    text = "twice()\nother_tick()\nloss = count + {{choice([1])}}"
    with pytest.raises(UsageError) as raised:
        tune_text(text, name="In [7]", values=values, objective="loss", max_evals=2)
    said = (
        "'twice' binds 'count' with global, which a searched cell does not see: define twice in the cell too"
    )
    assert str(raised.value) == said
    text = text.replace("twice()\n", "")
    study = tune_text(text, name="In [7]", values=values, objective="loss", max_evals=2, rerun_equal=True)
    assert [trial.loss for trial in study.trials] == [1.0] * 2
    assert user.other == 0


READING = """
import functools
count, other, rows = 0, 0, [1]
def scaled(x): return x * count
def twice(x): return 2 * scaled(x)
@functools.lru_cache
def kept(x): return scaled(x)
class Net:
    def run(self): return count
net = Net()
def evaluated(): return eval('count + 1')
def filled_in(): return float('{count}'.format(**globals()))
def steps(): return sum(step(1) for step in in_list)
in_list, in_dict, part = [scaled], {'scaled': [scaled]}, functools.partial(scaled, 1)
class Holder: pass
holder = Holder()
holder.run = lambda: count
bound = net.run
def made(): return lambda: scaled(1)
inner = made()
"""


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        pytest.param("evaluated", "count = RATE\nloss = evaluated()", id="a text that a function evaluates"),
        pytest.param("filled_in", "count = RATE\nloss = filled_in()", id="a text that a function fills in"),
        pytest.param("scaled", "count = RATE\nloss = scaled(1)", id="a function"),
        pytest.param("twice", "count = RATE\nloss = twice(1)", id="a function through another one"),
        pytest.param("kept", "count = RATE\nloss = kept(1)", id="a function with a cache"),
        pytest.param("net", "count = RATE\nloss = net.run()", id="a method"),
        pytest.param("holder", "count = RATE\nloss = holder.run()", id="an attribute of an object"),
        pytest.param("inner", "count = RATE\nloss = inner()", id="a function that another one made"),
        pytest.param(
            "steps", "count = RATE\nloss = steps()", id="a function of a list that another one reads"
        ),
        pytest.param("Net", "count = RATE\nloss = Net().run()", id="a class"),
        pytest.param("scaled", "count = 5\nloss = RATE + scaled(1)", id="a name without a marker"),
        pytest.param(
            "scaled", "def f(): return scaled(1)\ncount = RATE\nloss = f()", id="a call in a function"
        ),
        pytest.param("scaled", "for count in [1, 2]: loss = scaled(RATE)", id="the name of a loop"),
        pytest.param(
            "twice", "def scaled(x): return 3\nloss = RATE + twice(1)", id="a function of the cell's"
        ),
    ],
)
def test_code_in_memory_that_reads_what_a_searched_cell_binds_is_refused(
    modules: Modules, name: str, cell: str
) -> None:
    user = modules(READING)
    values = {name: value for name, value in vars(user).items() if not name.startswith("__")}
    text = cell.replace("RATE", "{{uniform(0, 1)}}")
    with pytest.raises(UsageError) as raised:
        tune_text(text, name="In [7]", values=values, objective="loss", max_evals=2)
    read = "scaled" if name == "twice" and "def scaled" in cell else "count"
    said = f"'{name}' reads '{read}' as it is in memory, not as the searched cell binds it: define {name} in the cell too"
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        pytest.param("in_list", "count = RATE\nloss = in_list[0](1)", id="a list"),
        pytest.param("in_dict", "count = RATE\nloss = in_dict['scaled'][0](1)", id="a list in a dict"),
        pytest.param("part", "count = RATE\nloss = part()", id="a partial function"),
        pytest.param("scaler", "count = RATE\nloss = scaler.transform(1)", id="an object of a library"),
        pytest.param("bound", "count = RATE\nloss = bound()", id="a bound method"),
    ],
)
def test_so_is_code_that_something_in_memory_holds(modules: Modules, name: str, cell: str) -> None:
    user = modules(READING)
    values = {name: value for name, value in vars(user).items() if not name.startswith("__")}
    values["scaler"] = FunctionTransformer(user.scaled)
    text = cell.replace("RATE", "{{uniform(0, 1)}}")
    with pytest.raises(UsageError) as raised:
        tune_text(text, name="In [7]", values=values, objective="loss", max_evals=2)
    assert str(raised.value) == (
        f"'{name}' reads 'count' as it is in memory, not as the searched cell binds it: "
        f"define {'Net' if name == 'bound' else 'scaled'} and {name} in the cell too"
    )


def test_so_is_code_that_reads_the_notebook_as_a_module(
    modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "level", 0, raising=False)
    user = modules("import __main__\ndef read(): return __main__.level\n")
    cell, values = "level = {{uniform(0, 1)}}\nloss = read()", {"read": user.read, "level": 0}
    with pytest.raises(UsageError, match="'read' reads 'level' as it is in memory"):
        tune_text(cell, name="In [7]", values=values, objective="loss", max_evals=2)


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(
            "other = RATE\nloss = in_list[0](1) + other", id="functions of a list read another name"
        ),
        pytest.param("loss = scaled(2) + RATE", id="a name that the cell leaves alone"),
        pytest.param("loss = scaled(2) + RATE\ncount = 3", id="a name that is bound below the call"),
        pytest.param("import functools\nloss = kept(2) + RATE", id="an import that is made again"),
        pytest.param("other = RATE\nloss = twice(1) + other", id="another name"),
        pytest.param(
            "def count_of(count): return count\nloss = scaled(1) + count_of(RATE)", id="a parameter"
        ),
    ],
)
def test_code_in_memory_that_reads_other_names_is_called(modules: Modules, cell: str) -> None:
    user = modules(READING)
    values = {name: value for name, value in vars(user).items() if not name.startswith("__")}
    text = cell.replace("RATE", "{{uniform(0, 1)}}")
    study = tune_text(text, name="In [7]", values=values, objective="loss", max_evals=2)
    assert len(study.trials) == 2


def test_the_namespace_of_live_code_is_refused_where_trials_bind_names_of_their_own(modules: Modules) -> None:
    user = modules("""
        names, rate = globals(), 0
        def model():
            global rate
            rate = {{choice([5, 6])}}
            return names['rate']
    """)
    with pytest.raises(UsageError) as raised:
        hypertemplate.tune(user.model, max_evals=1)
    assert str(raised.value) == (
        "'names' is globals() as it was before the search, without the names that a trial binds: "
        "write globals() where names is used"
    )


def test_what_a_searched_cell_changes_in_memory_is_seen_below(modules: Modules) -> None:
    user = modules("""
        import functools
        from sklearn.linear_model import SGDRegressor
        X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
        clf = SGDRegressor(random_state=0)
        same = [clf]
        def train(times):
            for _ in range(times):
                clf.partial_fit(X, y)
        later = functools.partial(train)
    """)
    values = {name: value for name, value in vars(user).items() if not name.startswith("__")}
    texts = (
        "for _ in range({{choice([1, 50])}}):\n    clf.partial_fit(X, y)\nloss = -clf.score(X, y)",
        "later({{choice([1, 50])}})\nloss = -same[0].score(X, y)",
    )
    for text in texts:
        study = tune_text(text, name="In [7]", values=values, objective="loss", algo="grid", max_evals=2)
        first, second = (trial.loss for trial in study.trials)
        assert first is not None
        assert second is not None
        assert second < first - 0.1
    assert not hasattr(user.clf, "coef_")


CELL = """
scale *= 2
names.append(names.pop())
seen.add({{choice([3])}})
table['b'] = 1
kept['k'] = {{choice([3])}}
loss = float(scale.sum() + 10 * len(table) + 100 * stack.pop() + 1000 * len(kept))
"""


@pytest.mark.parametrize(
    "end", [pytest.param("", id="and ends"), pytest.param("1 / len(gone)", id="and fails")]
)
def test_a_cell_that_is_searched_leaves_the_users_objects_as_they_were(end: str) -> None:
    values = {
        "scale": np.ones(2),
        "names": ["a", "b"],
        "seen": {1},
        "table": {},
        "stack": [1, 2],
        "kept": {},
        "gone": [],
    }
    for _ in range(2):
        if end:
            with pytest.raises(LoadError):
                tune_text(CELL + end, name="In [7]", values=values, objective="loss", max_evals=2)
        else:
            study = tune_text(
                CELL, name="In [7]", values=values, objective="loss", max_evals=2, rerun_equal=True
            )
            assert [trial.loss for trial in study.trials] == [1214.0] * 2
        assert values["scale"].tolist() == [1.0, 1.0]  # type: ignore[attr-defined]
        assert [values[name] for name in ("names", "table", "stack", "kept")] == [["a", "b"], {}, [1, 2], {}]
