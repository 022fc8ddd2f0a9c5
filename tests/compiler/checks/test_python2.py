from __future__ import annotations

import builtins

import pytest

from hypertemplate.compiler.checks.python2 import NAMES
from tests.compiler.support import MODEL, SCRIPT, codes, findings


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_builtin_of_python_2_is_said_to_be_that(name: str) -> None:
    assert not hasattr(builtins, name)
    assert findings(f"def model():\n    return {name}, {{{{uniform(0, 1)}}}}\n") == (
        f"model.py:2:12: error HT011: this is Python 2 source ('{name}'), and only Python 3 can run it\n"
        f"    2 |     return {name}, {{{{uniform(0, 1)}}}}\n"
        f"      |            {'^' + '~' * (len(name) - 1)}\n"
        f"      = help: {NAMES[name]}"
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("import urllib2", ("urllib2", "use urllib.request"), id="a module"),
        pytest.param("import os, cPickle as pickle", ("cPickle", "use pickle"), id="by another name"),
        pytest.param("from urllib2 import urlopen", ("urllib2", "use urllib.request"), id="a name of it"),
        pytest.param(
            "from urllib import urlretrieve",
            ("urllib.urlretrieve", "use urllib.request.urlretrieve"),
            id="a name that moved",
        ),
        pytest.param("x = {}.iteritems()", (".iteritems()", "write .items()"), id="a method"),
        pytest.param("x = {}\nx.has_key(1)", (".has_key()", "write key in ..."), id="a method of a variable"),
    ],
)
def test_what_only_python_2_has_draws_a_warning(line: str, found: tuple[str, str]) -> None:
    head, _, _, help = findings(f"{line}\n{SCRIPT}").split("\n")
    assert head.partition(": ")[2] == f"warning HT011: only Python 2 has {found[0]}"
    assert help == f"      = help: {found[1]}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("try:\n    import cPickle\nexcept ImportError:\n    import pickle\n", id="in a try"),
        pytest.param("try: xrange\nexcept NameError: xrange = range\n", id="a name that is given"),
        pytest.param("import six\nx = six.iteritems({})\n", id="a function of six"),
        pytest.param("class A:\n    def has_key(self): pass\nA().has_key()\n", id="a method of the file"),
        pytest.param("from . import urllib2\n", id="a relative import"),
        pytest.param("import urllib.request\nfrom itertools import chain\n", id="what is there"),
        pytest.param("if __name__ == '__main__':\n    import urllib2\n", id="in what is left out"),
    ],
)
def test_what_is_no_python_2(text: str) -> None:
    assert codes(text + MODEL) == []
