"""Trials get what the data function has returned for the same values, unchanged; else it runs again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.loaded_program import load
from hypertemplate.runtime.own_modules.loaded_modules import own_modules
from hypertemplate.runtime.reuse import data_effects, reused_data
from hypertemplate.runtime.seeds import notice_seeding
from tests.compiler.support import compiled

pytestmark = pytest.mark.usefixtures("loading", "slow_enough", "few_modules")

BUDGET = 1 << 26


@pytest.fixture
def slow_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts no call as too quick to be kept."""
    monkeypatch.setattr(reused_data, "QUICK_S", 0.0)
    monkeypatch.setattr(reused_data, "LONGER_THAN_COPY", 0.0)


@pytest.fixture
def few_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts no module of tests as the user's: to look through hundreds takes longer than all else."""

    def without_tests() -> dict[str, ModuleType]:
        return {name: one for name, one in own_modules().items() if name.partition(".")[0] != "tests"}

    monkeypatch.setattr(data_effects, "own_modules", without_tests)


@pytest.fixture
def seeding() -> Iterator[None]:
    """Notices what seeds."""
    watcher = ImportWatcher()
    undo = notice_seeding(watcher)
    watcher.install()
    yield
    watcher.uninstall()
    undo()


class Ran:
    """Trials that have run.

    Attributes:
        returned: what the model returned, as text.
        calls: whether each trial called the data function.
        unused: labels that each trial did not read.
        notes: notes for the user.
    """

    def __init__(self, text: str, trials: list[dict[str, float]], budget_bytes: int) -> None:
        loaded = load(compiled(dedent(text)), 1)
        loaded.reuse_data(budget_bytes, bool)
        self.returned: list[str] = []
        self.calls: list[bool] = []
        self.unused: list[tuple[str, ...]] = []
        self.notes: list[str] = []
        for number, values in enumerate(trials):
            loaded.restore()
            draws = loaded.draws(values)
            self.returned.append(repr(loaded.run(draws, 100 + number)))
            self.calls.append(loaded.data_call is None or loaded.data_call.ran)
            self.unused.append(draws.unused())
            self.notes += loaded.data_notes
            loaded.compare(number)
            loaded.restore()
        loaded.close()


def reused(text: str, *trials: dict[str, float], budget_bytes: int = BUDGET) -> Ran:
    """Run trials with results of the data function kept, as they are without."""
    kept, without = (Ran(text, list(trials), budget) for budget in (budget_bytes, 0))
    assert kept.returned == without.returned
    assert kept.unused == without.unused
    assert all(without.calls)
    return kept


ROWS = """
    import numpy as np

    def data():
        rows = {{choice([50, 200])}}
        X = np.arange(rows * 4.0).reshape(rows, 4)
        return X, X[:, 1], {"names": ["a", "b"]}

    def model(X, column, more):
        X += 1
        more["names"].append("c")
        return float(X.sum() + column.sum()) * {{uniform(0, 1)}}, more, np.random.rand()
"""


SAME: list[dict[str, float]] = [{"rows": 0, "uniform": 0.5}] * 3


def test_it_runs_once_for_each_value() -> None:
    trials = [{"rows": n % 2, "uniform": n / 10} for n in range(6)]
    assert reused(ROWS, *trials).calls == [True, True, False, False, False, False]


def test_what_is_not_kept_for_lack_of_memory_runs_again() -> None:
    trials = [{"rows": n, "uniform": 0.5} for n in (0, 0, 1, 1, 0, 0)]
    assert reused(ROWS, *trials, budget_bytes=8000).calls == [True, False, True, False, True, False]
    assert reused(ROWS, *trials, budget_bytes=20).calls == [True] * 6


def test_labels_may_be_read_by_the_values_of_others() -> None:
    text = """
        def data():
            if {{choice([0, 1], name="first")}}:
                return [{{choice([1, 2], name="second")}}]
            return [{{choice([3, 4], name="third")}}]

        def model(x):
            return x, {{uniform(0, 1, name="rate")}}
    """
    rows = [(0, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), (0, 1, 1)]
    trials = [{"first": a, "second": b, "third": c, "rate": 0.5} for a, b, c in rows]
    ran = reused(text, *trials)
    assert ran.calls == [True, False, True, True, False, True, False]
    assert ran.unused[:2] == [("second",), ("second",)]


@pytest.mark.usefixtures("seeding")
@pytest.mark.parametrize(
    ("text", "calls"),
    [
        pytest.param(
            """
            import numpy as np
            def data():
                return np.random.rand({{choice([2, 3], name="n")}})
            def model(x):
                return x.tolist(), np.random.rand(), {{uniform(0, 1, name="rate")}}
            """,
            [True, True, False, False],
            id="it draws what every trial draws there",
        ),
        pytest.param(
            """
            import numpy as np
            def data():
                np.random.seed(5)
                return np.random.rand({{choice([2, 3], name="n")}})
            def model(x):
                return x.tolist(), np.random.rand(), {{uniform(0, 1, name="rate")}}
            """,
            [True, True, False, False],
            id="it seeds, and the model draws on",
        ),
        pytest.param(
            """
            import random
            random.seed(3)
            def data():
                return [random.random() for _ in range({{choice([2, 3], name="n")}})]
            def model(x):
                return x, random.random(), {{uniform(0, 1, name="rate")}}
            """,
            [True, True, False, False],
            id="it draws from a generator that setup has seeded",
        ),
        pytest.param(
            """
            size = {{choice([2, 3], name="n")}}
            def data():
                return list(range(size))
            def model(x):
                x.append({{uniform(0, 1, name="rate")}})
                return x
            """,
            [True, True, False, False],
            id="the value of a name of the trial decides",
        ),
        pytest.param(
            """
            def data():
                global CLASSES
                CLASSES = {{choice([2, 3], name="n")}}
                return [1]
            def model(x):
                return x, CLASSES, {{uniform(0, 1, name="rate")}}
            """,
            [True, True, False, False],
            id="it binds a name of the module",
        ),
        pytest.param(
            """
            def data():
                count = {{choice([2, 3], name="n")}}
                return [1]
            def model(x):
                return x, count, {{uniform(0, 1, name="rate")}}
            """,
            [True, True, False, False],
            id="the model reads a local variable of it",
        ),
        pytest.param(
            """
            def data():
                first, second = [{{choice([2, 3], name="n")}}], 7
                return first, second
            def model(second, first):
                first.append({{uniform(0, 1, name="rate")}})
                return first, second
            """,
            [True, True, False, False],
            id="the model takes its results by name",
        ),
        pytest.param(
            """
            def load(n):
                return {"n": n}
            def data():
                return load({{choice([2, 3], name="n")}})
            def model(x):
                x["rate"] = {{uniform(0, 1, name="rate")}}
                return x
            """,
            [True, True, False, False],
            id="a function of setup makes it",
        ),
        pytest.param(
            """
            kind = {{choice([len, sum], name="n")}}
            def data():
                return [kind([2, 3])]
            def model(x):
                return x, {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="a name of the trial has no plain value",
        ),
        pytest.param(
            """
            spare = 1
            def data():
                global spare
                del spare
                return [{{choice([2, 3], name="n")}}]
            def model(x):
                return x, "spare" in globals(), {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it deletes a name",
        ),
        pytest.param(
            """
            seen = []
            def data():
                seen.append(1)
                return [{{choice([2, 3], name="n")}}]
            def model(x):
                return x, seen, {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it changes a list of the module",
        ),
        pytest.param(
            """
            def data():
                data.count = {{choice([2, 3], name="n")}}
                return [1]
            def model(x):
                return x, data.count, {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it sets an attribute of a function",
        ),
        pytest.param(
            """
            import numpy as np
            table = np.arange(2.0)
            def replace(n):
                global table
                table = np.arange(float(n))
            def data():
                replace({{choice([2, 3], name="n")}})
                return [1]
            def model(x):
                return x, table.tolist(), {{uniform(0, 1, name="rate")}}
            """,
            [True, True, False, False],
            id="a function of setup binds a name of the module",
        ),
        pytest.param(
            """
            import os
            def data():
                os.environ["ROWS"] = str({{choice([2, 3], name="n")}})
                return [1]
            def model(x):
                return x, os.environ["ROWS"], {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it sets a variable of the environment",
        ),
        pytest.param(
            """
            import numpy as np
            def data():
                np.seterr(all={{choice(["ignore", "raise"], name="n")}})
                return [1]
            def model(x):
                return x, np.geterr(), {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it sets how errors are handled",
        ),
        pytest.param(
            """
            import numpy as np
            everything = np.arange(10.0)
            def data():
                return everything[: {{choice([2, 3], name="n")}}]
            def model(x):
                x += {{uniform(0, 1, name="rate")}}
                return x.tolist(), everything.tolist()
            """,
            [True] * 4,
            id="it returns a part of an array of the module",
        ),
        pytest.param(
            """
            def data():
                return iter(range({{choice([2, 3], name="n")}}))
            def model(x):
                return list(x), {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it returns an iterator",
        ),
        pytest.param(
            """
            class Rows:
                def __init__(self, n):
                    self.n = n
            def data():
                return Rows({{choice([2, 3], name="n")}})
            def model(x):
                x.n += 1
                return x.n, {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it returns an object of the template's own",
        ),
        pytest.param(
            """
            import random
            jitter = random.Random(3)
            def data():
                return [jitter.random() for _ in range({{choice([2, 3], name="n")}})]
            def model(x):
                return x, jitter.random(), {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it draws from a generator of the module",
        ),
        pytest.param(
            """
            from hypertemplate import trial
            def data():
                return [trial.number, {{choice([2, 3], name="n")}}]
            def model(x):
                return x, {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it reads the number of the trial",
        ),
        pytest.param(
            """
            def data():
                return [space["rate"], {{choice([2, 3], name="n")}}]
            def model(x):
                return x, {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it reads the space",
        ),
        pytest.param(
            """
            import numpy as np
            scale = np.arange(2.0) * {{uniform(0, 1, name="rate")}}
            def data():
                return scale + {{choice([2, 3], name="n")}}
            def model(x):
                return x.tolist()
            """,
            [True] * 4,
            id="it reads an array of the trial",
        ),
        pytest.param(
            """
            def data():
                return [{{uniform(0, 1, name="rate")}}, {{choice([2, 3], name="n")}}]
            def model(x):
                return x
            """,
            [True] * 4,
            id="it reads values that hardly come twice",
        ),
        pytest.param(
            """
            def data():
                return set(range({{choice([2, 3], name="n")}}))
            def model(x):
                x.add({{uniform(0, 1, name="rate")}})
                return list(x)
            """,
            [True, True, False, False],
            id="it returns a set",
        ),
        pytest.param(
            """
            def data():
                found, n = set(range(1000)), {{choice([100, 200], name="n")}}
                for one in range(1000):
                    if one not in (5, n, 999):
                        found.discard(one)
                return found
            def model(x):
                return list(x), {{uniform(0, 1, name="rate")}}
            """,
            [True] * 4,
            id="it returns a set whose order tells how it was made",
        ),
    ],
)  # fmt: skip
def test_a_result_is_kept_where_it_is_all_that_the_call_did(text: str, calls: list[bool]) -> None:
    trials = [{"n": n, "rate": (i + 1) / 10} for i, n in enumerate((0, 1, 0, 1))]
    assert reused(text, *trials).calls == calls


def test_a_part_of_what_a_module_of_the_users_holds_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows_of_mine.py").write_text("import numpy as np\nROWS = np.arange(9.0)\n")
    monkeypatch.syspath_prepend(tmp_path)
    text = """
        import rows_of_mine
        def data():
            return {copied}rows_of_mine.ROWS[: {{{{choice([2, 3], name="n")}}}}])
        def model(x):
            x += {{{{uniform(0, 1, name="rate")}}}}
            return x.tolist()
    """
    trials: list[dict[str, float]] = [{"n": 0, "rate": 0.1}, {"n": 0, "rate": 0.2}]
    try:
        assert reused(text.format(copied="("), *trials).calls == [True, True]
        assert reused(text.format(copied="rows_of_mine.np.copy("), *trials).calls == [True, False]
    finally:
        del sys.modules["rows_of_mine"]


def test_a_continuous_value_is_kept_once_it_has_come_twice() -> None:
    text = """
        def data():
            return [{{uniform(0, 1, name="rate")}}]
        def model(x):
            return x
    """
    trials: list[dict[str, float]] = [{"rate": 0.25}] * 4
    assert reused(text, *trials).calls == [True, True, False, False]


def test_a_call_that_takes_no_time_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reused_data, "QUICK_S", 10.0)
    assert reused(ROWS, *SAME).calls == [True] * 3


def test_a_call_that_takes_no_longer_than_a_copy_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reused_data, "LONGER_THAN_COPY", 1e9)
    assert reused(ROWS, *SAME).calls == [True] * 3


def test_a_note_says_once_why_a_slow_call_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reused_data, "TOLD_S", 0.0)
    text = """
        def data():
            return iter([{{choice([2, 3], name="n")}}])
        def model(x):
            return list(x)
    """
    ran = reused(text, {"n": 0}, {"n": 0}, {"n": 0})
    assert ran.notes == ["data() runs in every trial: it makes a list_iterator, which is not plain data"]


def test_nothing_is_kept_any_more_where_no_value_comes_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reused_data, "MOST_MISSES", 2)
    text = """
        noise = {{uniform(0, 1, name="noise")}}
        def data():
            return [noise]
        def model(x):
            return x
    """
    trials: list[dict[str, float]] = [{"noise": noise} for noise in (0.1, 0.2, 0.3, 0.3)]
    assert reused(text, *trials).calls == [True] * 4
    assert reused(text, *trials[::-1]).calls == [True, False, True, True]


def test_a_call_that_failed_is_not_kept() -> None:
    text = """
        def data():
            if {{choice([0, 1], name="n")}}:
                raise ValueError("no such rows")
            return [1]
        def model(x):
            return x
    """
    loaded = load(compiled(dedent(text)), 1)
    loaded.reuse_data(BUDGET, bool)
    for _ in range(2):
        with pytest.raises(ValueError, match="no such rows"):
            loaded.run(loaded.draws({"n": 1}), 1)
        loaded.restore()
    assert loaded.run(loaded.draws({"n": 0}), 1) == 1
    assert loaded.data_call is not None
    assert loaded.data_call.ran
