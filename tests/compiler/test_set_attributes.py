"""Paths of the attributes that a template sets on what it imports."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.stages import compile_source
from tests.compiler.support import MODEL, beside, source


@pytest.mark.parametrize(
    ("statement", "paths"),
    [
        pytest.param("Dense.call = None", ("keras.layers.Dense.call",), id="of a class"),
        pytest.param("keras.x = 1", ("keras.x",), id="of a module"),
        pytest.param("del keras.x", ("keras.x",), id="deleted"),
        pytest.param("keras.x += 1; keras.x = 2", ("keras.x",), id="twice"),
        pytest.param("keras.x, Dense.y = 1, 2", ("keras.x", "keras.layers.Dense.y"), id="several"),
        pytest.param("setattr(Dense, 'y', 1)", ("keras.layers.Dense.y",), id="by a text"),
        pytest.param("setattr(Dense, name, 1)", (), id="by a name that is not known"),
        pytest.param("setattr(own, 'y', 1)", (), id="by a text, of an object of the template"),
        pytest.param("own.x = 1", (), id="of an object of the template"),
        pytest.param("print(keras.x)", (), id="read"),
    ],
)
def test_paths_go_through_the_imports(statement: str, paths: tuple[str, ...]) -> None:
    head = "import keras\nfrom keras.layers import Dense\n"
    body = f"def model():\n    own = name = {{{{uniform(0, 1)}}}}\n    {statement}\n    return 1\n"
    assert compile_source(source(head + body)).set_attributes == paths


def test_a_file_that_is_compiled_with_the_template_is_no_import() -> None:
    main = "import nets\nfrom nets import model\n"
    assert compile_source(beside(main, nets=MODEL + "model.x = 1\n")).set_attributes == ()
