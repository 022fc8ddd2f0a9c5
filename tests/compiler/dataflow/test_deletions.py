"""What ``del`` removes from a trial: names, attributes and items, in brackets too."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import compile_source
from tests.compiler.support import beside, source


@pytest.mark.parametrize("deletion", ["del table['a'], x", "del (table['a'], x)", "del [table['a'], (x,)]"])
def test_what_is_deleted_from_is_made_in_each_trial(deletion: str) -> None:
    text = f"table = {{'a': 1}}\nx = {{{{uniform(0, 1)}}}}\nscore = x\n{deletion}\n"
    (part,) = compile_source(source(text)).parts
    assert {one.line: one.placement for one in part.statements}[1] is Placement.TRIAL


def test_names_from_files_that_are_compiled_with_it_are_of_no_package() -> None:
    main = "from nets import scale, model\nimport helpers\nhelpers.RATE = {{uniform(0, 1)}}\nx = scale(2)\n"
    nets = "def scale(v):\n    return v\n\ndef model():\n    return {{uniform(0, 1)}} * x\n"
    assert len(compile_source(beside(main, nets=nets)).space.parameters) == 2
