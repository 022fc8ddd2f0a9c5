"""Calls beside a model function that only log or print, where the model reads what they wrote."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Placement
from tests.compiler.support import LEFT_OUT, cells, placements, source
from tests.property.test_fresh_run_laws import _doors as _doors
from tests.property.test_fresh_run_laws import check

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # logs

ROWS = [[0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 1, 2]]
MODEL = "def model():\n    log.info('%s', {{choice([10, 20, 30])}})\n    return"
LOGGER = "import io, logging, logging.handlers, pathlib, sys\nlog = logging.getLogger('ht.heard')\nlog.setLevel('INFO')"
RECORDS = f"""{LOGGER}
records = []
class Handler(logging.Handler):
    def emit(self, record):
        records.append(record.getMessage())
handler = Handler()
"""

HEARD = {
    "a list that a handler fills": (
        f"{RECORDS}log.addHandler(handler)\nlog.info('start')\n{MODEL} [*records]\n"
    ),
    "a handler of the root logger": (
        f"{RECORDS}logging.getLogger().addHandler(handler)\nlogging.warning('start')\nlogging.error('%d', 1)\n"
        f"{MODEL} [*records]\n"
    ),
    "a list that two loggers fill": (
        f"{RECORDS}log.addHandler(handler)\nlogging.getLogger('ht.heard.inner').info('start')\n"
        f"{MODEL} [*records]\n"
    ),
    "a buffer of logging": (
        f"{LOGGER}\nbuffer = logging.handlers.MemoryHandler(100, 60)\nlog.addHandler(buffer)\nlog.info('a')\n"
        f"{MODEL} [one.getMessage() for one in buffer.buffer]\n"
    ),
    "a stream": (
        f"{LOGGER}\nstream = io.StringIO()\nlog.addHandler(logging.StreamHandler(stream))\nlog.info('a')\n"
        f"{MODEL} [stream.getvalue()]\n"
    ),
    "a stream that basicConfig gets": (
        f"{LOGGER}\nstream = io.StringIO()\nlogging.basicConfig(stream=stream, force=True)\nlog.info('a')\n"
        f"{MODEL} [stream.getvalue()]\n"
    ),
    "a file": (
        f"{LOGGER}\nlog.addHandler(logging.FileHandler('heard.log'))\nlog.info('a')\n"
        f"{MODEL} [pathlib.Path('heard.log').read_text()]\n"
    ),
    "a file that rotates": (
        f"{LOGGER}\nfile = logging.handlers.RotatingFileHandler('turned.log')\nlog.addHandler(file)\n"
        f"log.info('a')\n{MODEL} [pathlib.Path('turned.log').read_text()]\n"
    ),
    "a file that basicConfig gets": (
        f"{LOGGER}\nlogging.basicConfig(filename='basic.log', force=True)\nlog.info('a')\n"
        f"{MODEL} [pathlib.Path('basic.log').read_text()]\n"
    ),
    "a handler that a function adds": (
        f"{RECORDS}def start():\n    log.addHandler(handler)\nstart()\ndef note(x):\n    log.info(x)\n"
        f"note('a')\n{MODEL} [*records]\n"
    ),
    "a logger in an object": (
        f"{RECORDS}log.addHandler(handler)\nclass Run:\n    def __init__(self):\n        self.log = log\n"
        f"    def start(self):\n        self.log.info('a')\nRun().start()\n{MODEL} [*records]\n"
    ),
    "a handler that only its logger has": (
        f"{LOGGER}\nlog.addHandler(logging.handlers.MemoryHandler(100, 60))\nlog.info('a')\n"
        f"{MODEL} [one.getMessage() for one in log.handlers[0].buffer]\n"
    ),
    "a filter": (
        f"{RECORDS}def passes(record):\n    records.append(record.msg)\n    return True\nlog.addFilter(passes)\n"
        f"log.info('a')\n{MODEL} [*records]\n"
    ),
    "a stream that print gets": (
        f"{LOGGER}\nout = io.StringIO()\nprint('a', file=out)\n{MODEL} [out.getvalue()]\n"
    ),
    "a stream that pprint gets": (
        f"{LOGGER}\nimport pprint\nout = io.StringIO()\npprint.pprint([1], stream=out)\n"
        f"{MODEL} [out.getvalue()]\n"
    ),
    "a stream that a table gets": (
        f"{LOGGER}\nimport pandas as pd\nout = io.StringIO()\npd.DataFrame({{'a': [1]}}).info(buf=out)\n"
        f"{MODEL} [len(out.getvalue())]\n"
    ),
    "a stream in the place of the output": (
        f"{LOGGER}\nbefore, out = sys.stdout, io.StringIO()\nsys.stdout = out\nprint('a')\nsys.stdout = before\n"
        f"{MODEL} [out.getvalue()]\n"
    ),
}

TEE = """
import sys
class Tee:
    def __init__(self, out):
        self.out, self.texts = out, []
    def write(self, text):
        self.texts.append(text)
        return self.out.write(text)
    def flush(self):
        self.out.flush()
"""

TEED = f"""{TEE}
out = sys.stdout
tee = Tee(out)
sys.stdout = tee
print('rate', {{{{choice([10, 20, 30])}}}})
sys.stdout = out
print('after')
"""


@pytest.mark.parametrize("name", HEARD)
def test_what_the_template_logs_is_heard(name: str) -> None:
    check(source(HEARD[name]), ROWS)


@pytest.mark.parametrize("name", HEARD)
def test_what_a_notebook_logs_is_heard(name: str) -> None:
    head, model = HEARD[name].split("def model")
    check(cells(head, f"def model{model}"), ROWS)


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("loss = [*tee.texts]\n", id="a script"),
        pytest.param("def model():\n    return [*tee.texts]\n", id="a model function"),
    ],
)
def test_a_stream_is_put_back_below_what_it_heard(end: str) -> None:
    check(source(TEED + end), ROWS)


def test_what_nobody_reads_is_not_logged() -> None:
    text = f"{RECORDS}log.addHandler(handler)\nlog.info('%s', len([]))\n"
    text += "def model():\n    log.info('a')\n    return {{uniform(0, 1)}}\n"
    assert placements(source(text))[-2] is LEFT_OUT


def test_what_is_printed_is_not_read_where_the_output_is_as_it_was() -> None:
    text = "import sys\nsys.path.append('lib')\nrows = [1]\nprint(rows)\n"
    text += "def model():\n    return {{uniform(0, 1)}} + rows[0]\n"
    found = placements(source(text))
    assert found[3] is LEFT_OUT
    assert found[2] is Placement.SETUP
