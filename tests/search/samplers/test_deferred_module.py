"""Modules that are imported when something of them is first used."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PACKAGE = {
    "__init__.py": "",
    "stats/__init__.py": "print('loaded')\nfrom pack.stats import inner\nmean = 3\n",
    "stats/inner.py": "from pack import stats\nuses = stats\n",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Make a package whose module says that it is loaded, and imports one that imports it."""
    for name, text in PACKAGE.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        pytest.param("import pack.stats", "", id="an import loads nothing"),
        pytest.param("import pack.stats\nimport pack.stats", "", id="nor does a second one"),
        pytest.param("import pack.stats as s\nprint(s.mean)", "loaded\n3\n", id="an attribute loads it"),
        pytest.param("from pack.stats import mean\nprint(mean)", "loaded\n3\n", id="a name of it does"),
        pytest.param(
            "import pack.stats.inner\nprint(pack.stats.mean)", "loaded\n3\n", id="a module below it does"
        ),
        pytest.param(
            "from pack.stats import inner\nimport pack\n"
            "print(inner.uses is pack.stats is sys.modules['pack.stats'])",
            "loaded\nTrue\n",
            id="then the package and the import system have the module itself",
        ),
        pytest.param(
            "import pack.stats as s\ntry:\n    s.median\nexcept AttributeError as e:\n    print(e)",
            "loaded\nmodule 'pack.stats' has no attribute 'median'\n",
            id="what it lacks is the usual error",
        ),
        pytest.param("defer('pack.stats')\nimport pack.stats", "", id="deferred twice"),
        pytest.param(
            "defer('pack.none'), defer('none.none')\nprint([n for n in sys.modules if n.endswith('none')])",
            "[]\n",
            id="what is not installed",
        ),
    ],
)
def test_a_module_is_loaded_when_something_of_it_is_used(package: Path, code: str, printed: str) -> None:
    """Run the code in a process of its own."""
    begin = """
        import sys
        from hypertemplate.search.samplers.hyperopt.deferred_module import defer
        sys.path.insert(0, sys.argv[1])
        defer('pack.stats')
    """
    whole = textwrap.dedent(begin) + code
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", whole, str(package)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == (printed, "")


def test_a_loaded_module_stays(package: Path) -> None:
    """Deferring it has no effect."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import pack.stats as s\n"
        "from hypertemplate.search.samplers.hyperopt.deferred_module import defer\n"
        "defer('pack.stats'); import pack.stats as t; print(s is t)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(package)], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "loaded\nTrue\n"
