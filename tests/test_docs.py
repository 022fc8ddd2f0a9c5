"""What the documentation says is true: examples compile, lists are complete, links lead somewhere."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import docutils.core
import pytest

from hypertemplate import distributions
from hypertemplate.compiler import codes

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.rst"), *ROOT.glob("docs/*.rst"), *ROOT.glob("*/README.rst")])


def page_id(path: Path) -> str:
    """The name of a page within the project."""
    return path.relative_to(ROOT).as_posix()


def code_blocks(path: Path) -> list[str]:
    """The Python blocks of a page, dedented."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^\.\. code-block:: python\n\n((?:(?: {4}.*)?\n)+)", text, flags=re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


BLOCKS = [
    pytest.param(block, id=f"{page_id(path)}, block {number}")
    for path in PAGES
    for number, block in enumerate(code_blocks(path), 1)
]


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_a_page_is_valid_restructuredtext(path: Path) -> None:
    settings = {
        "report_level": 2,
        "halt_level": 2,
        "input_encoding": "utf-8",
        "file_insertion_enabled": False,
    }
    document = docutils.core.publish_doctree(path.read_text(encoding="utf-8"), settings_overrides=settings)
    assert document.astext()


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"`[^`<]*<([^`>]+)>`__?", path.read_text(encoding="utf-8"))
    broken = [t for t in targets if "://" not in t and not (path.parent / t.partition("#")[0]).exists()]
    assert broken == []


def test_the_pages_link_to_each_other() -> None:
    index = (ROOT / "docs/index.rst").read_text(encoding="utf-8")
    missing = [
        p.name for p in ROOT.glob("docs/*.rst") if p.name != "index.rst" and f"<{p.name}>`_" not in index
    ]
    assert missing == []


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_python_is_python(block: str) -> None:
    ast.parse(block)


def test_the_page_of_diagnostics_is_the_generated_one() -> None:
    assert (ROOT / "docs/diagnostics.rst").read_text(encoding="utf-8") == codes.as_rst()


@pytest.mark.parametrize("page", ["README.rst", "docs/template-syntax.rst"])
def test_the_table_of_distributions_is_complete(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = re.findall(r"^``([a-z]+)\(.*?`` {2,}", text, flags=re.MULTILINE)
    assert sorted(rows) == [name for name in distributions.__all__ if name != "conditional"]
