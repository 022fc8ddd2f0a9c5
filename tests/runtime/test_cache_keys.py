"""Results that joblib caches on disk: shared by trials, unless values of a trial reach what is cached."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.runtime.protocol import Complete
from tests.runtime.programs import program, uniform
from tests.runtime.talk import started, trial

SETUP = """
    import functools, joblib
    memory = joblib.Memory({folder!r} + '/cache', verbose=0)
    def counted(name):
        with open({folder!r} + '/computed.txt', 'a') as file:
            file.write(name + ' ')
    def loaded(x):
        counted('loaded')
        return x
    def applied(function, x):
        counted('applied')
        return (function or float)(x)
"""

TRIAL = """
    rate = (_ht_['rate'])
    def scaled(x): return x * rate
    class Scaler:
        @property
        def rate(self): return rate
        def __call__(self, x): return x * self.rate
        @staticmethod
        def apart(x): return x * (_ht_['rate'])
    def model():
        apply = memory.cache(applied)
        one, two = apply(scaled, 2.0), apply(Scaler(), 3.0)
        three, four = apply(Scaler.apart, 5.0), apply(functools.partial(scaled), 7.0)
        assert [one, two, three, four] == [2 * rate, 3 * rate, 5 * rate, 7 * rate]
        assert memory.cache(scaled)(11.0) == 11 * rate
        return rate + memory.cache(loaded)(1.0) + apply(None, 1.0)
"""


def test_a_result_that_values_reach_is_found_again_with_the_same_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = program(SETUP.format(folder=str(tmp_path)), TRIAL, folder=tmp_path, parameters=(uniform("rate"),))
    rates = (0.5, 0.25, 0.5)
    with started(made) as executor:
        ended = [trial(executor, number, rate=rate) for number, rate in enumerate(rates)]
    assert [one.outcome for one in ended] == [Complete(rate + 2) for rate in rates]
    assert (tmp_path / "computed.txt").read_text().split() == [
        *["applied"] * 4,
        "loaded",
        "applied",
        *["applied"] * 4,
    ]
