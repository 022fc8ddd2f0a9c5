"""Objects of the user's own modules: calls that only add to what no trial reads are no part of a live search."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.stages import compile_source
from tests.compiler.support import project

NETS = """\
import collections
import config
made = []
seen: dict = {}
kinds = collections.Counter()
names = {'a': 1}
log = made
WIDTH = 1
def build(scale=1):
    made.append(scale)
    units = {{choice([1, 10])}}
    return units * scale
class Net:
    count = 0
    def __init__(self):
        self.rate = {{choice([0.25, 0.5])}}
    def score(self):
        made.append(self)
        return self.rate
class Holder:
    def __init__(self, held):
        self.held = held
        self.rate = {{choice([0.1, 0.2])}}
    def grow(self):
        self.held.fit(self.rate)
def counted():
    made.append(1)
    return len(made)
def widen():
    global WIDTH
    WIDTH = {{choice([2, 3])}}
def wide():
    return WIDTH
def copied():
    log.append({{choice([4, 5])}})
def keep(items, value):
    items.append(value)
def kept():
    keep(made, {{choice([6, 7])}})
def tagged():
    Net.count = {{choice([1, 2])}}
def named():
    setattr(Net, 'count', {{choice([1, 2])}})
def typed():
    seen['a'] = {{choice([1, 2])}}
def of_kind():
    return kinds['a'] + seen['a']
def tally():
    kinds.update([{{choice(['a', 'b'])}}])
def of_names():
    return names['a']
def rename():
    names['a'] = {{choice([1, 2])}}
def configure():
    config.WIDTH = {{choice([4, 8])}}
def configured():
    return config.WIDTH
def plain():
    return 3
"""


def searched(cell: str, body: str) -> list[str]:
    """The labels of a search of a model in memory, once a cell above it has run."""
    text = (
        f"import nets\nfrom nets import *\n{cell}\ndef model():\n    return {body} + {{{{uniform(0, 1)}}}}\n"
    )
    source = project(text, {"nets.py": NETS, "config.py": "WIDTH = 1\n"})
    names = frozenset({"nets", "model", "x", "Net", "build", "counted", "wide", "widen"})
    program = compile_source(source, model="model", memory=Memory(names))
    return [one.label for one in program.space.parameters if one.label != "uniform"]


@pytest.mark.parametrize(
    ("cell", "body", "expected"),
    [
        pytest.param("x = build(2), Net().score()", "build(2)", ["units"], id="a list that is only added to"),
        pytest.param("x = nets.build(2), nets.Net().score()", "nets.build(2)", ["units"], id="functions of a module"),
        pytest.param("x = Net().score()", "plain()", [], id="a list that trials do not name"),
        pytest.param("x = build(2)", "counted()", ["units"], id="a list whose length a trial reads"),
        pytest.param("x = build(2)", "len(nets.made)", ["units"], id="a list that a trial reads itself"),
        pytest.param("x = build(2)", "len(log)", ["units"], id="a list with another name"),
        pytest.param("copied()", "counted()", ["log"], id="a list that is added to by another name"),
        pytest.param("kept()", "counted()", ["value"], id="a list that a function gets"),
        pytest.param("widen()", "wide()", ["WIDTH"], id="a global number"),
        pytest.param("nets.widen()", "nets.wide()", ["WIDTH"], id="a global number, by its module"),
        pytest.param("widen()", "build()", ["units"], id="a global number that the trial does not read"),
        pytest.param("tagged()", "Net.count", ["rate", "count"], id="an attribute of a class"),
        pytest.param("named()", "Net.count", ["rate", "count"], id="an attribute of a class by its name"),
        pytest.param("nets.OTHER = build(2)", "plain()", ["units"], id="an attribute that the cell sets"),
        pytest.param("typed()", "of_kind()", ["a"], id="an annotated dict"),
        pytest.param("typed()", "plain()", ["a"], id="an annotated dict, which may be another object"),
        pytest.param("tally()", "of_kind()", ["update"], id="a counter"),
        pytest.param("tally()", "plain()", [], id="a counter that the trial does not read"),
        pytest.param("rename()", "of_names()", ["a"], id="an item of a dict"),
        pytest.param("rename()", "plain()", [], id="an item of a dict that the trial does not read"),
        pytest.param("configure()", "configured()", ["WIDTH"], id="an attribute of another module"),
        pytest.param("x = Holder(made).grow()", "plain()", ["rate"], id="an object that may hold any other"),
    ],
)  # fmt: skip
def test_calls_that_ran_before_a_search(cell: str, body: str, expected: list[str]) -> None:
    assert searched(cell, body) == expected
