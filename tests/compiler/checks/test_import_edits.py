"""Names that Hyperas's own program imported: what is said, and where the fix imports them."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.diagnostics.edit import edited
from hypertemplate.compiler.stages import compile_source
from hypertemplate.errors import CompileError
from tests.compiler.support import source

MODEL = "def model():\n    return {'loss': {{uniform(0, 1)}}, 'status': STATUS_OK}\n"
FUTURE = "from __future__ import annotations"


def undefined(text: str) -> Diagnostic:
    with pytest.raises(CompileError) as caught:
        compile_source(source(text))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.help == "from hyperopt import STATUS_OK"
    return diagnostic


@pytest.mark.parametrize(
    ("head", "imported"),
    [
        pytest.param(
            "import math\n", "from hyperopt import STATUS_OK\nimport math\n", id="above the first import"
        ),
        pytest.param(
            f'"""Doc."""\r\n{FUTURE}\r\nimport math\r\n',
            f'"""Doc."""\r\n{FUTURE}\r\nfrom hyperopt import STATUS_OK\r\nimport math\r\n',
            id="below what must come first, with the file's own line ends",
        ),
        pytest.param(
            "import math; x = 1",
            "from hyperopt import STATUS_OK\nimport math; x = 1",
            id="on a line of its own",
        ),
    ],
)
def test_the_name_is_imported(head: str, imported: str) -> None:
    text = f"{head}\n{MODEL}"
    assert edited(text, undefined(text).edits) == f"{imported}\n{MODEL}"


@pytest.mark.parametrize(
    "head", [pytest.param("", id="no import"), pytest.param(f"{FUTURE}\n", id="only of features")]
)
def test_without_an_import_there_is_no_edit(head: str) -> None:
    assert undefined(head + MODEL).edits == ()
