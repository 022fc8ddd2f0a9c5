from __future__ import annotations

import re
from pathlib import Path

import pytest

from hypertemplate.compiler.diagnostics.codes import EXPLANATIONS, Code, as_rst


def test_every_code_has_a_number_of_its_own_a_title_and_an_explanation() -> None:
    assert set(EXPLANATIONS) == set(Code)
    assert all(re.fullmatch(r"HT[0-4]\d\d", code.value) for code in Code)
    assert len({code.value for code in Code}) == len(Code)
    assert len({code.title for code in Code}) == len(Code)


@pytest.mark.parametrize("code", list(Code), ids=lambda code: code.name)
def test_a_title_is_a_phrase_and_an_explanation_sentences(code: Code) -> None:
    assert code.title[0].islower() or code.title.startswith("Python ")
    assert not code.title.endswith(".")
    assert code.explanation[0].isupper() or code.explanation.startswith("``")
    assert code.explanation.endswith(".")


def test_the_page_has_a_section_for_each_code() -> None:
    page = as_rst()
    headings = re.findall(r"^(HT\d+): (.*)\n-+\n\n", page, flags=re.MULTILINE)
    assert headings == [(code.value, code.title) for code in Code]
    for heading in re.findall(r"^(HT.*)\n(-+)\n", page, flags=re.MULTILINE):
        assert len(heading[0]) == len(heading[1])


def test_every_code_is_shown_in_a_golden_case_or_tested_by_its_name() -> None:
    tests = Path(__file__).parents[2]
    texts = [path for folder in ("compiler", "frontend") for path in (tests / folder).rglob("test_*.py")]
    texts += (tests / "cases" / "errors").glob("*.py")
    said = "".join(path.read_text(encoding="utf-8") for path in texts)
    assert [code for code in Code if code.value not in said and f'"{code.name}"' not in said] == []
