"""Values that the user has in memory, in worker processes."""

from __future__ import annotations

import re

import pytest
from hyperopt import Trials, rand

from hypertemplate import optim
from hypertemplate.api import sent_values
from hypertemplate.errors import UsageError

from .support import Modules


def test_values_functions_and_classes_are_there(modules: Modules) -> None:
    user = modules("""
        import numpy
        array = numpy.arange(4)
        same = array
        class Point:
            def __init__(self, x):
                self.x = x
        point = Point(3)
        def double(x):
            return 2 * x
        def model():
            {{uniform(0, 1)}}
            assert same is array
            assert isinstance(point, Point)
            return double(float(array.sum())) + point.x
    """)
    trials = Trials()
    optim.minimize(user.model, None, rand.suggest, 1, trials, verbose=False, workers=1)
    assert trials.losses() == [15.0]


def test_what_cannot_be_pickled_is_made_again(modules: Modules, capfd: pytest.CaptureFixture[str]) -> None:
    user = modules("""
        import threading
        lock = threading.Lock()
        size = 3
        def model():
            with lock:
                return size + {{uniform(0, 1)}}
    """)
    vars(user)["size"] = 4
    trials = Trials()
    optim.minimize(user.model, None, rand.suggest, 1, trials, workers=1)
    assert 4 <= trials.losses()[0] < 5
    line = "note: 'lock' cannot be pickled, so each worker creates its own: TypeError: cannot pickle '_thread.lock' object\n"
    assert line in capfd.readouterr().err


def test_what_nothing_makes_again_is_named(modules: Modules) -> None:
    user = modules("def model():\n    with lock:\n        return {{uniform(0, 1)}}\n")
    import threading

    vars(user)["lock"] = threading.Lock()
    with pytest.raises(UsageError) as caught:
        optim.minimize(user.model, None, rand.suggest, 1, Trials(), verbose=False, workers=1)
    assert str(caught.value) == (
        "'lock' cannot be sent to worker processes (TypeError: cannot pickle '_thread.lock' object): make it "
        "inside data() or the model, or leave workers out, so that trials run in this process"
    )


def test_of_several_values_the_one_that_nothing_makes_is_named(modules: Modules) -> None:
    user = modules("""
        import threading
        class Own:
            def __reduce__(self):
                raise TypeError("'key' has no text")
        key = Own()
        sizes = {'key': 1}
        def model():
            with lock: return {{uniform(0, 1)}} + sizes['key'] + bool(key)
    """)
    import threading

    vars(user)["lock"] = threading.Lock()
    with pytest.raises(UsageError, match=r"^'lock' cannot be sent to worker processes"):
        optim.minimize(user.model, None, rand.suggest, 1, Trials(), verbose=False, workers=1)


def test_what_a_function_bound_is_not_replaced_by_what_was_there_before(modules: Modules) -> None:
    user = modules("""
        import threading
        lock = None
        def connect():
            global lock
            lock = threading.Lock()
        connect()
        def model():
            with lock:
                return {{uniform(0, 1)}}
    """)
    with pytest.raises(UsageError, match=r"^'lock' cannot be sent to worker processes"):
        optim.minimize(user.model, None, rand.suggest, 1, Trials(), verbose=False, workers=1)


def test_what_is_large_is_named_with_its_size(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sent_values, "LARGE_BYTES", 1000)
    user = modules("""
        import numpy
        images, few = numpy.zeros(100_000), 3
        def model():
            return images[0] + few + {{uniform(0, 1)}}
    """)
    optim.minimize(user.model, None, rand.suggest, 1, Trials(), workers=1)
    line = r"^note: each worker reads 78[12]\.\d KiB from memory: images 781\.2 KiB$"
    assert re.search(line, capfd.readouterr().err, re.MULTILINE)
