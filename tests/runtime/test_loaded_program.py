from __future__ import annotations
import __future__

import dataclasses
import gc
import inspect
import linecache
import pickle
import random
import sys
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

from hypertemplate.compiler.markers.search_space import Argument
from hypertemplate.compiler.program import Join, Program, Reached
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.errors import LoadError
from hypertemplate.runtime.draws import OptionsChangedError
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.loaded_program import LoadedProgram, load
from hypertemplate.runtime.model_arguments import JoinError
from hypertemplate.runtime.own_code import MODULE_NAME
from hypertemplate.runtime.own_modules.program_module import take_process
from hypertemplate.runtime.seeds import notice_seeding
from tests.compiler.support import compiled
from tests.runtime.programs import choice, listed, program, uniform, uniform_to

pytestmark = pytest.mark.usefixtures("loading")


def run(loaded: LoadedProgram, seed: int = 1, **params: float) -> Any:
    """One trial, as a worker runs it."""
    loaded.restore()
    return loaded.run(loaded.draws(params), seed)


def test_setup_runs_once_and_the_trial_part_each_time(tmp_path: Path) -> None:
    made = program(
        setup="runs = []\nruns.append('setup')",
        trial="""
            runs.append('trial')
            WIDTH = (_ht_['width'])
            def model():
                return WIDTH, list(runs)
        """,
        folder=tmp_path,
        parameters=(uniform("width"),),
    )
    loaded = load(made, 1)
    assert run(loaded, width=0.25) == (0.25, ["setup", "trial"])
    assert run(loaded, width=0.5) == (0.5, ["setup", "trial", "trial"])


def test_names_are_put_back_in_place_before_each_trial(tmp_path: Path) -> None:
    made = program(
        setup="""
            count = 0
            gone = 'here'
            def see():
                return count, gone, 'extra' in globals()
        """,
        trial="""
            def model():
                global count, extra, gone
                seen = see()
                count += 1
                extra = True
                del gone
                return seen
        """,
        folder=tmp_path,
    )
    loaded = load(made, 1)
    assert [run(loaded), run(loaded)] == [(0, "here", False)] * 2


def test_what_surrounds_the_program(tmp_path: Path) -> None:
    made = program(
        setup="""
            import sys
            found = __name__, __file__, sys.argv, sys.path[0], sys.modules[__name__].__dict__ is globals()
        """,
        trial="def model():\n    return found",
        folder=tmp_path,
    )
    path = str(tmp_path / "model.py")
    take_process(made)
    assert run(load(made, 1)) == (MODULE_NAME, path, [path], str(tmp_path), True)


def test_a_dataclass_with_postponed_annotations_finds_its_module(tmp_path: Path) -> None:
    made = program(
        setup="""
            import dataclasses
            @dataclasses.dataclass
            class Shape:
                width: int = 3
        """,
        trial="def model():\n    return Shape()",
        folder=tmp_path,
        flags=__future__.annotations.compiler_flag,
    )
    shape = run(load(made, 1))
    assert dataclasses.asdict(shape) == {"width": 3}
    assert shape.__class__.__annotations__ == {"width": "int"}
    assert pickle.loads(pickle.dumps(shape)) == shape


def test_our_own_future_flags_do_not_reach_the_program(tmp_path: Path) -> None:
    made = program(
        setup="def f(x: int): ...", trial="def model():\n    return f.__annotations__", folder=tmp_path
    )
    assert run(load(made, 1)) == {"x": int}


def test_readers_of_source_see_what_runs(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("x = 1\n# on the disk stands something else\n")
    made = program(
        setup="x = 1",
        trial="def model():\n    return (_ht_['rate'])",
        folder=tmp_path,
        parameters=(uniform("rate"),),
    )
    loaded = load(made, 1)
    run(loaded, rate=0.5)
    model = vars(sys.modules[MODULE_NAME])["model"]
    linecache.checkcache()
    assert inspect.getsource(model) == "def model():\n    return (_ht_['rate'])\n"


@pytest.mark.parametrize(
    ("how", "text", "arguments"),
    [
        pytest.param(Join("position", count=2), "1, 2", (1, 2), id="by position"),
        pytest.param(Join("name", (("x", 1), ("y", 0))), "1, 2", (2, 1), id="by name"),
        pytest.param(Join("object"), "{'x': 1}", ({"x": 1}, None), id="as one object"),
    ],
)
def test_data_is_called_once_and_joined(how: Join, text: str, arguments: Any, tmp_path: Path) -> None:
    made = program(
        setup=f"calls = []\ndef data():\n    calls.append(1)\n    return {text}",
        trial="def model(x, y=None):\n    return x, y, len(calls)",
        folder=tmp_path,
        data="data",
        join=how,
    )
    loaded = load(made, 1)
    assert loaded.notes == ()
    assert [run(loaded), run(loaded)] == [(*arguments, 1)] * 2


@pytest.mark.parametrize(
    ("returned", "how", "note"),
    [
        pytest.param("(n for n in [1, 2])", Join("object"), "a generator", id="a generator"),
        pytest.param("iter([1, 2])", Join("object"), "a list_iterator", id="an iterator"),
        pytest.param("(0, map(str, [1]))", Join("position", count=2), "a map", id="an item of a tuple"),
        pytest.param(
            "{'x': iter([1])}", Join("name", (("x", "x"),)), "a list_iterator", id="a value of a dict"
        ),
    ],
)
def test_data_that_can_be_gone_through_once_runs_anew_with_a_note(
    returned: str, how: Join, note: str, tmp_path: Path
) -> None:
    made = program(
        setup=f"""
            calls, log = 0, []
            def load():
                global calls
                calls += 1
                log.append(calls)
                return {returned}
        """,
        trial="def model(x, y=()):\n    return [list(x) if x else x, list(y)], calls, list(log)",
        folder=tmp_path,
        data="load",
        join=how,
    )
    made = replace(made, reached=(Reached("log", "line 1"),))
    loaded = load(made, 1)
    assert loaded.notes == (f"load() returns {note}, so it runs anew for each trial",)
    first, second = run(loaded), run(loaded)
    assert first == second
    assert first[1:] == (1, [1])  # as in a fresh run: the call that told is undone
    assert any(first[0])


def test_what_only_looks_like_an_iterator_is_kept(tmp_path: Path) -> None:
    made = program(
        setup="""
            class Numbers:
                def __next__(self): return 1
                def __iter__(self): return iter([1])
            class Broken:
                def __iter__(self): raise RuntimeError('not now')
            def data():
                return Numbers(), Broken(), [iter([])]
        """,
        trial="def model(a, b, c):\n    return 0",
        folder=tmp_path,
        data="data",
        join=Join("position", count=3),
    )
    assert load(made, 1).notes == ()


def test_data_that_depends_on_a_marker_runs_in_the_trial(tmp_path: Path) -> None:
    made = program(
        trial="""
            def data():
                return (_ht_['rate']), 2
            def model(x, y):
                return x, y
        """,
        folder=tmp_path,
        parameters=(uniform("rate"),),
        data="data",
        data_per_trial=True,
        join=Join("position", count=2),
    )
    loaded = load(made, 1)
    assert run(loaded, rate=0.25) == (0.25, 2)
    assert run(loaded, rate=0.5) == (0.5, 2)


def test_data_that_does_not_fit_fails_at_load_or_in_its_trial(tmp_path: Path) -> None:
    message = (
        "data() returned a tuple of 2 items, but model() takes 3 items: return a tuple of 3 items from data()"
    )
    text, three = "def data():\n    return 1, 2", Join("position", count=3)
    with pytest.raises(LoadError) as at_load:
        load(program(text, folder=tmp_path, data="data", join=three), 1)
    assert at_load.value.message == message
    loaded = load(program(text, folder=tmp_path, data="data", data_per_trial=True, join=three), 1)
    with pytest.raises(JoinError) as in_trial:
        run(loaded)
    assert str(in_trial.value) == message


def test_a_function_that_is_gone_after_the_template_has_run_is_named(tmp_path: Path) -> None:
    made = program(trial="def model(): ...\ndel model", folder=tmp_path)
    loaded = load(made, 1)
    with pytest.raises(NameError) as caught:
        run(loaded)
    assert str(caught.value) == "name 'model' is not defined after the template has run"


def test_bounds_and_lists_are_evaluated_after_load(tmp_path: Path) -> None:
    made = program(
        setup="HIGH = 2 + 1\nLAYERS = ['a', len]",
        trial="def model():\n    return _ht_.option('layer', LAYERS)",
        folder=tmp_path,
        parameters=(
            uniform_to("rate", "HIGH", Span(0, 0, 4)),
            listed("layer", "LAYERS"),
            choice("units", "64", "128"),
        ),
    )
    loaded = load(made, 1)
    rate, layer, units = loaded.space
    assert rate.numbers == {"low": 0, "high": 3}
    assert [option.text for option in layer.options] == ["'a'", "<built-in function len>"]
    assert [option.text for option in units.options] == ["64", "128"]
    assert run(loaded, layer=1) is len


def test_a_list_that_changes_its_length_fails_the_trial(tmp_path: Path) -> None:
    made = program(
        setup="SIZES = [1, 2]",
        trial="def model():\n    SIZES.append(3)\n    return _ht_.option('size', SIZES)",
        folder=tmp_path,
        parameters=(listed("size", "SIZES"),),
    )
    loaded = load(made, 1)
    with pytest.raises(OptionsChangedError):
        run(loaded, size=0)


def test_a_bound_that_cannot_be_drawn_from_is_placed(tmp_path: Path) -> None:
    made = program(
        setup="HIGH = -1\nrate = 'HIGH'",
        folder=tmp_path,
        parameters=(uniform_to("rate", "HIGH", Span(0, 18, 22)),),
    )
    with pytest.raises(LoadError) as caught:
        load(made, 1)
    assert caught.value.message == (
        "model.py:2:9: uniform() needs low < high, got low=0, high=-1 (from HIGH)"
    )
    assert caught.value.details.startswith("help: ")


def test_a_bound_that_raises_names_its_line(tmp_path: Path) -> None:
    made = program(
        setup="x = 1\ny = 2",
        folder=tmp_path,
        parameters=(uniform_to("rate", "1 / (x\n- 1)  # zero", Span(0, 6, 7)),),
    )
    with pytest.raises(ZeroDivisionError) as caught:
        load(made, 1)
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert (frames[-1].filename, frames[-1].lineno) == (f"{tmp_path}/./model.py", 2)


SEEN = """
    import random
    import numpy as np
    at_setup = random.random(), np.random.rand()
    def data():
        return random.random(), np.random.rand()
"""


def draws_of(seed: int) -> tuple[float, float]:
    return random.Random(seed).random(), float(np.random.RandomState(seed).rand())


def seen(tmp_path: Path, setup: str = SEEN, **more: Any) -> Program:
    return program(
        setup=setup,
        trial="""
            at_trial = random.random(), np.random.rand()
            def model(x, y):
                return at_setup, (x, y), at_trial, (random.random(), np.random.rand())
        """,
        folder=tmp_path,
        data="data",
        join=Join("position", count=2),
        **more,
    )


def test_setup_and_data_are_seeded_with_the_studys_seed_and_trials_with_their_own(tmp_path: Path) -> None:
    loaded = load(seen(tmp_path), 7)
    at_setup, in_data, at_trial, in_model = run(loaded, seed=3)
    assert (at_setup, in_data, at_trial) == (draws_of(7), draws_of(7), draws_of(3))
    assert in_model != at_trial
    assert run(loaded, seed=3)[2:] == (at_trial, in_model)
    assert run(loaded, seed=4)[2] == draws_of(4)


def test_data_that_runs_per_trial_is_the_same_in_each(tmp_path: Path) -> None:
    loaded = load(seen(tmp_path, data_per_trial=True), 7)
    _, in_data, at_trial, in_model = run(loaded, seed=3)
    assert (in_data, at_trial, in_model) == (draws_of(7), draws_of(3), draws_of(3))
    assert run(loaded, seed=4)[1] == draws_of(7)


@pytest.fixture
def noticed() -> Iterator[None]:
    """Seeding calls are noticed, as in a worker."""
    notice_no_more = notice_seeding(ImportWatcher())
    yield
    notice_no_more()


@pytest.mark.usefixtures("noticed")
@pytest.mark.parametrize("per_trial", [pytest.param(False, id="setup"), pytest.param(True, id="per trial")])
def test_numbers_follow_those_that_were_drawn_since_the_users_own_seed(
    per_trial: bool, tmp_path: Path
) -> None:
    seeding = "\n    random.seed(99); np.random.seed(99)\n    at_setup"
    made = seen(tmp_path, SEEN.replace("\n    at_setup", seeding), data_per_trial=per_trial)
    loaded = load(made, 7)
    python, numpy = random.Random(99), np.random.RandomState(99)
    in_order = [(python.random(), float(numpy.rand())) for _ in range(4)]
    places = (0, 2, 1, 3) if per_trial else (0, 1, 2, 3)
    expected = tuple(in_order[place] for place in places)
    assert [run(loaded, seed=3), run(loaded, seed=4)] == [expected] * 2


@pytest.mark.usefixtures("noticed")
@pytest.mark.parametrize(
    ("seeding", "numbers"),
    [
        pytest.param("random.seed(5)", "seeded", id="a generator that is seeded"),
        pytest.param("random.setstate(random.Random(5).getstate())", "seeded", id="one whose state is set"),
        pytest.param("random.seed()", "any", id="one that is seeded with whatever the system gives"),
        pytest.param("np.random.seed(5)", "the trial's", id="another one"),
    ],
)
def test_generators_that_the_template_has_not_seeded_have_the_trials_seed(
    seeding: str, numbers: str, tmp_path: Path
) -> None:
    made = program(
        setup=f"import random\nimport numpy as np\n{seeding}",
        trial="def model():\n    return random.random()",
        folder=tmp_path,
    )
    loaded = load(made, 7)
    drawn = [run(loaded, seed=seed) for seed in (3, 4)]
    own = [random.Random(seed).random() for seed in (3, 4)]
    assert drawn == ([random.Random(5).random()] * 2 if numbers == "seeded" else own)


@pytest.mark.usefixtures("noticed")
def test_a_seed_that_data_sets_in_each_trial_holds_in_the_model(tmp_path: Path) -> None:
    made = program(
        setup="import random\ndef data():\n    random.seed(5)\n    return random.random()",
        trial="def model(x):\n    return x, random.random()",
        folder=tmp_path,
        data="data",
        data_per_trial=True,
        join=Join("object"),
    )
    drawn = random.Random(5)
    expected = (drawn.random(), drawn.random())
    loaded = load(made, 7)
    assert [run(loaded, seed=3), run(loaded, seed=4)] == [expected] * 2


def test_a_seeding_function_in_memory_counts_in_the_users_own_process(tmp_path: Path) -> None:
    made = program(
        setup="import random\nseed(5)\nfirst = random.random()",
        trial="def model():\n    return random.random()",
        folder=tmp_path,
    )
    loaded = load(
        dataclasses.replace(made, live=("seed",), seeds=("random",)), 7, {"seed": random.seed}, own=True
    )
    expected = random.Random(5)
    expected.random()
    assert run(loaded, seed=3) == expected.random()


def test_a_script_returns_nothing_and_its_numbers_are_among_its_names(tmp_path: Path) -> None:
    made = program(
        setup="base = 2",
        trial="score = base * (_ht_['rate'])",
        folder=tmp_path,
        parameters=(uniform("rate"),),
    )
    loaded = load(dataclasses.replace(made, model=None), 1)
    assert run(loaded, rate=0.25) is None
    assert (loaded.names["base"], loaded.names["score"]) == (2, 0.5)
    loaded.restore()
    assert "score" not in loaded.names


def test_local_variables_of_data_reach_the_model_as_arguments(tmp_path: Path) -> None:
    made = program(
        setup="""
            def data():
                x, classes = 1, 10
                return _ht_.leave(locals(), (x,))
        """,
        trial="def model(classes, x):\n    return classes, x",
        folder=tmp_path,
        data="data",
        join=Join("name", (("x", 0),), locals=("classes",)),
    )
    loaded = load(made, 1)
    assert [run(loaded), run(loaded)] == [(10, 1)] * 2


LEAKING = """
    def data():
        x, classes = 1, 10
        if classes > 10:
            never = 5
        return _ht_.leave(locals(), x)
"""


@pytest.mark.parametrize("per_trial", [pytest.param(False, id="setup"), pytest.param(True, id="per trial")])
def test_local_variables_of_data_that_the_model_reads_are_the_modules(
    per_trial: bool, tmp_path: Path
) -> None:
    made = program(
        setup=LEAKING,
        trial="def model(x):\n    return x, classes, 'never' in globals()",
        folder=tmp_path,
        data="data",
        data_per_trial=per_trial,
        join=Join("object"),
    )
    loaded = load(dataclasses.replace(made, leaked=("classes", "never")), 1)
    assert [run(loaded), run(loaded)] == [(1, 10, False)] * 2


def test_a_local_variable_that_data_ended_without_is_said_at_load(tmp_path: Path) -> None:
    join = Join("name", (), locals=("never",))
    with pytest.raises(LoadError) as caught:
        load(program(LEAKING, folder=tmp_path, data="data", join=join), 1)
    assert caught.value.message == "data() ended without a value for never, which model() needs"


def test_the_space_that_hyperas_leaked_has_the_trials_values(tmp_path: Path) -> None:
    made = program(
        trial="""
            seen = dict(space)
            def model():
                space['more'] = 1
                return seen
        """,
        folder=tmp_path,
        parameters=(
            uniform("rate"),
            choice("units", "64", "128"),
            choice("shape", "(1, 2)", "None"),
            listed("layer", "[len, max]"),
        ),
    )
    loaded = load(dataclasses.replace(made, reads_space=True), 1)
    first = {"rate": 0.5, "units": 128, "shape": (1, 2), "layer": "<built-in function max>"}
    assert run(loaded, rate=0.5, units=1, shape=0, layer=1) == first
    second = {"rate": 0.25, "units": 64, "shape": None, "layer": "<built-in function len>"}
    assert run(loaded, rate=0.25, units=0, shape=1, layer=0) == second
    draws = loaded.draws({"rate": 0.25, "units": 0, "shape": 1, "layer": 0})
    loaded.run(draws, 1)
    assert draws.unused() == (), "whoever reads the space has read all of it"


def test_without_a_reader_there_is_no_such_space(tmp_path: Path) -> None:
    made = program(trial="def model():\n    return 'space' in globals()", folder=tmp_path)
    assert run(load(made, 1)) is False


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("data = 5", "an int", id="data"),
        pytest.param("model = [1]", "a list of 1 item", id="model"),
    ],
)
def test_a_function_that_is_something_else_after_the_template_has_run_is_named(
    text: str, value: str, tmp_path: Path
) -> None:
    name = text.split()[0]
    made = program(
        setup=f"def data(): return 1\ndef model(x): return x\n{text}",
        folder=tmp_path,
        data="data",
        join=Join("object"),
    )
    with pytest.raises(TypeError) as caught:
        run(load(made, 1))
    assert str(caught.value) == f"{name!r} is {value} after the template has run, not a function"


@pytest.mark.parametrize(
    ("data_args", "said"),
    [
        pytest.param("('a', 2)", ("a", 2), id="a tuple"),
        pytest.param("PAIR", ("b", 3), id="a name"),
        pytest.param(
            "'ab'", "data_args='ab' must be a tuple of arguments, got a str", id="a text is no tuple"
        ),
    ],
)
def test_arguments_of_the_data_function(data_args: str, said: object, tmp_path: Path) -> None:
    text = f"def data(x, y):\n    return (x, y)\nPAIR = ('b', 3)\nargs = {data_args}\n"
    trial = "def model(pair):\n    return pair"
    made = program(setup=text, trial=trial, folder=tmp_path, data="data", join=Join("object"))
    span = Span(0, text.index(data_args, text.index("args =")), len(text) - 1)
    made = dataclasses.replace(made, data_args=Argument("data_args", data_args, span, False))
    if isinstance(said, str):
        with pytest.raises(LoadError) as caught:
            load(made, 1)
        assert caught.value.message == said
    else:
        assert run(load(made, 1)) == said


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("names['kept'].append(2)", id="an object"),
        pytest.param("names['kept'] = [1, 2]", id="a name"),
    ],
)
def test_what_a_fork_has_changed_is_what_trials_begin_with(change: str, tmp_path: Path) -> None:
    made = program(
        "kept = [1]\ndef model():\n    kept.append(0)\n    return list(kept)\n",
        folder=tmp_path,
    )
    made = replace(made, reached=(Reached("kept", "line 1"),))
    loaded = load(made, 1)
    names = loaded.names
    exec(change, {"names": names})
    loaded.accept_changes()
    for _ in range(2):
        loaded.restore()
        assert loaded.run(loaded.draws({}), 1) == [1, 2, 0]


CHANGED = """
    import numpy as np
    loads = []
    class Rows:
        def __init__(self, rows): self.rows = rows
    def data():
        print('loads')
        return {returned}
    def model(x, y):
        {change}
        return [{{{{choice([1, 2])}}}}, {shown}]
"""


@pytest.mark.parametrize(
    ("returned", "change", "shown", "loads"),
    [
        pytest.param("5, 1", "x += y", "x", 1, id="numbers"),
        pytest.param("'a', (1,)", "x += 'b'; y += (2,)", "x, y", 1, id="texts and tuples"),
        pytest.param("[1], 2", "x.append(y)", "x", 1, id="a list"),
        pytest.param(
            "np.zeros(300_000), 1", "x[12345] += y", "x.sum()", 1, id="one element of many of an array"
        ),
        pytest.param(
            "Rows([1]), 1", "x.rows.append(y); x.n = 1", "x.rows", 1, id="an instance of the user's"
        ),
        pytest.param(
            "[[iter([1, 2, 3, 4])]], 1", "x.append(next(x[0][0]))", "x[-1]", 1, id="an iterator far inside"
        ),
        pytest.param(
            "{'a': (n for n in range(9))}, 1", "x['n'] = next(x['a'])", "x['n']", 5, id="a generator inside"
        ),
        pytest.param("[open('rows'), 1], 1", "x[1] = x[0].readline()", "x[1]", 1, id="a file that is read"),
        pytest.param(
            "np.array([[1], [2]], dtype=object), 1", "x[0] += y", "x[0]", 5, id="an array of objects"
        ),
    ],
)
def test_data_that_the_model_changes(
    returned: str,
    change: str,
    shown: str,
    loads: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows").write_text("1\n2\n3\n")
    made = compiled(dedent(CHANGED.format(returned=returned, change=change, shown=shown)))
    assert made.keeps_data
    loaded = load(made, 1)
    given = []
    for number in range(4):
        loaded.restore()
        given.append(str(loaded.run(loaded.draws({made.space.parameters[0].label: 0}), 1)))
        assert loaded.compare(number).lasting == ""
    assert len(set(given)) == 1, given
    assert capsys.readouterr().out.count("loads") == loads
    assert any("runs anew" in note for note in loaded.notes) is (loads > 1)
    del loaded
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # the file that is open is the template's
