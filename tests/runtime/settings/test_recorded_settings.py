from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import explain
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.runtime.loaded_program import load
from hypertemplate.runtime.own_code import MODULE_NAME
from hypertemplate.runtime.protocol import Finished, Run, RuntimeOptions
from hypertemplate.runtime.settings.recorded_settings import EVERY, RecordedSettings
from hypertemplate.runtime.state.record import Changes
from tests.runtime.programs import program

pytestmark = pytest.mark.usefixtures("loading")


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """The settings of the tests' process stay as they are."""
    before = RecordedSettings(own=True)
    yield
    before.put_back()


CHANGES = [
    pytest.param(
        "from absl import flags\nif 'ht_n' not in flags.FLAGS: flags.DEFINE_multi_integer('ht_n', [1], '')",
        "flags.FLAGS(['x', '--ht_n=2', '--ht_n=3'])",
        "(flags.FLAGS.is_parsed(), flags.FLAGS['ht_n'].present, [*flags.FLAGS['ht_n'].value])",
        id="flags of absl that are parsed",
    ),
    pytest.param(
        "from absl import flags",
        "flags.DEFINE_bool('ht_b', False, '')",
        "'ht_b' in flags.FLAGS",
        id="a flag of absl",
    ),
    pytest.param("import os", "os.environ['LANGUAGE'] = 'fr'", "os.environ.get('LANGUAGE')", id="a variable"),
    pytest.param("import os", "del os.environ['PATH']", "os.environ.get('PATH')", id="one that is removed"),
    pytest.param(
        "import os, time", "os.environ['TZ'] = 'Asia/Tokyo'; time.tzset()", "time.tzname", id="zone"
    ),
    pytest.param("import os", "os.chdir('/')", "os.getcwd()", id="the working directory"),
    pytest.param("import sys", "sys.path.insert(0, '/nowhere')", "list(sys.path)", id="where modules are"),
    pytest.param("import sys", "sys.argv.append('-v')", "list(sys.argv)", id="arguments"),
    pytest.param("import sys, io", "sys.stdout = io.StringIO()", "sys.stdout", id="standard output"),
    pytest.param("import sys", "sys.excepthook = print", "sys.excepthook", id="a hook"),
    pytest.param(
        "import sys", "sys.tracebacklimit = 1", "getattr(sys, 'tracebacklimit', None)", id="a new one"
    ),
    pytest.param("import sys", "sys.setrecursionlimit(5000)", "sys.getrecursionlimit()", id="recursion"),
    pytest.param(
        "import warnings", "warnings.simplefilter('ignore')", "list(warnings.filters)", id="filters"
    ),
    pytest.param(
        "import warnings", "warnings.showwarning = print", "warnings.showwarning", id="warnings shown"
    ),
    pytest.param(
        "import decimal", "decimal.getcontext().prec = 3", "decimal.getcontext().prec", id="decimals"
    ),
    pytest.param("import gc", "gc.disable()", "gc.isenabled()", id="the garbage collector"),
    pytest.param("import gc", "gc.set_threshold(5, 5, 5)", "gc.get_threshold()", id="when it collects"),
    pytest.param(
        "import signal",
        "signal.signal(signal.SIGUSR1, print)",
        "signal.getsignal(signal.SIGUSR1)",
        id="a signal",
    ),
    pytest.param(
        "import socket",
        "socket.setdefaulttimeout(1)",
        "socket.getdefaulttimeout()",
        id="how long sockets wait",
    ),
    pytest.param("import csv", "csv.field_size_limit(5)", "csv.field_size_limit()", id="fields of tables"),
    pytest.param(
        "import threading", "threading.stack_size(65536)", "threading.stack_size()", id="stacks of threads"
    ),
    pytest.param(
        "import multiprocessing as mp",
        "mp.set_start_method('spawn')",
        "mp.get_start_method(True)",
        id="processes",
    ),
    pytest.param(
        "import locale",
        "locale.setlocale(locale.LC_ALL, 'C.UTF-8')",
        "locale.setlocale(locale.LC_ALL)",
        id="locale",
    ),
    pytest.param("import calendar", "calendar.setfirstweekday(6)", "calendar.firstweekday()", id="weeks"),
    pytest.param(
        "import sys", "sys.set_int_max_str_digits(5000)", "sys.get_int_max_str_digits()", id="long numbers"
    ),
    pytest.param("import zoneinfo", "zoneinfo.reset_tzpath(['/x'])", "zoneinfo.TZPATH", id="time zones"),
    pytest.param("import reprlib", "reprlib.aRepr.maxlist = 1", "reprlib.repr([1, 2, 3])", id="short texts"),
    pytest.param("import logging", "logging.disable(50)", "logging.root.manager.disable", id="all logs"),
    pytest.param("import logging", "logging.root.setLevel(10)", "logging.root.level", id="the level of logs"),
    pytest.param(
        "import logging\nlog = logging.getLogger('own.part')\nlog.setLevel(30)",
        "log.setLevel(10)\nlog.propagate = False\nlog.addHandler(logging.NullHandler())",
        "(log.level, log.propagate, list(log.handlers))",
        id="a logger",
    ),
    pytest.param(
        "import logging",
        "logging.getLogger('own.new').addHandler(logging.NullHandler())",
        "list(logging.getLogger('own.new').handlers)",
        id="a logger that is new",
    ),
    pytest.param(
        "import logging",
        "logging.getLogger('calendar').addHandler(logging.NullHandler())",
        "list(logging.getLogger('calendar').handlers)",
        id="a logger that is new and named as a module of Python's",
    ),
    pytest.param(
        "import logging",
        f"logging.getLogger('{MODULE_NAME}').addHandler(logging.NullHandler())",
        f"list(logging.getLogger('{MODULE_NAME}').handlers)",
        id="a logger that is new and named as the template",
    ),
    pytest.param(
        "import logging\nlog = logging.getLogger('own')\nlog.addHandler(logging.NullHandler())",
        "log.handlers[0].setLevel(40)",
        "log.handlers[0].level",
        id="the handler of a logger",
    ),
    pytest.param(
        "import os", "os.umask(0o077)", "(os.umask(mask := os.umask(0o022)), mask)[1]", id="the mode of files"
    ),
    pytest.param(
        "import copyreg", "copyreg.pickle(slice, print)", "dict(copyreg.dispatch_table)", id="pickles"
    ),
    pytest.param(
        "import csv", "csv.register_dialect('semi', delimiter=';')", "csv.list_dialects()", id="dialects"
    ),
    pytest.param(
        "import logging", "logging.addLevelName(5, 'TRACE')", "logging.getLevelName(5)", id="levels of logs"
    ),
    pytest.param(
        "import shutil",
        "shutil.register_unpack_format('k', ['.k'], print)",
        "[name for name, *_ in shutil.get_unpack_formats()]",
        id="a format that cannot be registered twice",
    ),
    pytest.param(
        "import linecache\nlinecache.clearcache()",
        "linecache.getline(linecache.__file__, 1)",
        "[name for name in linecache.cache if 'linecache' in name]",
        id="lines of files",
    ),
    pytest.param(
        "import sys, types",
        "sys.modules['stand_in'] = types.ModuleType('stand_in')",
        "'stand_in' in sys.modules",
        id="a module that no import has made",
    ),
    pytest.param(
        "import sys, types\nsys.modules['stand_in'] = first = types.ModuleType('stand_in')",
        "sys.modules['stand_in'] = types.ModuleType('stand_in')",
        "sys.modules['stand_in'] is first",
        id="another module in its place",
    ),
    pytest.param(
        "import mimetypes",
        "mimetypes.add_type('application/own', '.own')",
        "mimetypes.guess_type('x.own')[0]",
        id="types of files",
    ),
    pytest.param(
        "import filecmp",
        "filecmp.cmp(filecmp.__file__, filecmp.__file__, shallow=False)",
        "dict(filecmp._cache)",
        id="comparisons of files",
    ),
    pytest.param("import fileinput", "fileinput.input('-')", "fileinput._state", id="files that are read"),
    pytest.param(
        "import sys",
        "sys.meta_path.insert(0, object())",
        "[one for one in sys.meta_path if type(one) is object]",
        id="finders of modules",
    ),
    pytest.param(
        "import urllib.request",
        "urllib.request.install_opener(urllib.request.build_opener())",
        "urllib.request._opener",
        id="what opens addresses",
    ),
    pytest.param(
        "import matplotlib",
        "matplotlib.colormaps.register(matplotlib.colormaps['viridis'].copy(), name='mine')",
        "'mine' in matplotlib.colormaps",
        id="a colormap, which cannot be registered twice",
    ),
    pytest.param(
        "import matplotlib.style",
        "matplotlib.style.library['mine'] = {}",
        "'mine' in matplotlib.style.library",
        id="a style",
    ),
    pytest.param(
        "import numpy as np", "np.set_printoptions(precision=2)", "repr(np.array(1/3))", id="prints"
    ),
    pytest.param("import numpy as np", "np.seterr(all='raise')", "np.geterr()", id="NumPy's errors"),
    pytest.param(
        "import pandas as pd",
        "pd.set_option('display.precision', 2)",
        "pd.get_option('display.precision')",
        id="tables",
    ),
    pytest.param(
        "import matplotlib",
        "matplotlib.rcParams['lines.linewidth'] = 9",
        "matplotlib.rcParams['lines.linewidth']",
        id="plots",
    ),
]


@pytest.mark.parametrize(("setup", "change", "shown"), CHANGES)
def test_each_trial_finds_what_setup_has_left(setup: str, change: str, shown: str, tmp_path: Path) -> None:
    lines = "\n        ".join(change.splitlines())
    made = program(
        setup=f"{setup}\nfound = []\nat_first = {shown}",
        trial=f"def model():\n    found = {shown}\n    try:\n        {lines}\n    finally:\n        return found, {shown}",
        folder=tmp_path,
    )
    loaded = load(made, 1)
    at_first = loaded.names["at_first"]
    for _ in range(2):
        loaded.restore()
        found, changed = loaded.run(loaded.draws({}), 1)
        assert found == at_first != changed
    loaded.restore()
    assert eval(shown, dict(loaded.names)) == at_first


class Options:
    """A package with one setting, as it is read and set."""

    def __init__(self, name: str, *parts: str) -> None:
        self.name = name
        self.values: dict[str, Any] = dict.fromkeys(parts, 0)

    def read(self) -> dict[str, Any]:
        return dict(self.values)

    def set(self, **values: Any) -> None:
        self.values.update(values)

    def update(self, name: str, value: Any) -> None:
        self.values[name] = value


OF_NO_RESULT = {
    *("lines of files", "comparisons of files"),  # caches, with or without which the results are the same
    "files that are read",  # its state is what `fileinput.input` returns, which a template keeps
    "a colormap, which cannot be registered twice",  # changes pictures alone
}


@pytest.mark.parametrize(("setup", "change", "shown"), [row for row in CHANGES if row.id not in OF_NO_RESULT])
def test_what_reads_a_setting_below_a_trial_that_changes_it_runs_in_each_trial(
    setup: str, change: str, shown: str
) -> None:
    text = f"{setup}\nif {{{{choice([1, 2])}}}}:\n{indent(change, '    ')}\nfound = {shown}\nloss = {{{{uniform(0, 1)}}}}\n"
    placed = {
        text[one.span.start : one.span.end]: one.placement
        for one in explain(Source((Part("file", "m.py", text),)))
    }
    assert placed[f"found = {shown}"] is Placement.TRIAL


@pytest.mark.parametrize("package", ["sklearn", "xgboost"])
def test_a_package_with_a_configuration(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(package, "verbosity", "other")
    stand_in = SimpleNamespace(get_config=options.read, set_config=options.set)
    monkeypatch.setitem(sys.modules, package, stand_in)
    settings = RecordedSettings(own=False)
    options.set(verbosity=3)
    settings.put_back()
    assert options.values == {"verbosity": 0, "other": 0}


def test_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Options("jax", "jax_enable_x64", "jax_debug_nans")
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(config=config))
    settings = RecordedSettings(own=False)
    config.update("jax_enable_x64", True)
    settings.put_back()
    assert config.values == {"jax_enable_x64": 0, "jax_debug_nans": 0}


class Torch:
    """PyTorch's settings, as its functions read and set them."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {
            "default_dtype": "float32",
            "num_threads": 4,
            "float32_matmul_precision": "high",
        }
        self.grad, self.anomaly, self.deterministic, self.device = True, False, (False, False), "cpu"
        self.backends = SimpleNamespace(cudnn=SimpleNamespace(benchmark=False, deterministic=False))
        self.autograd = SimpleNamespace(set_detect_anomaly=lambda on: setattr(self, "anomaly", on))

    def __getattr__(self, name: str) -> Any:
        verb, _, setting = name.partition("_")
        if setting not in vars(self).get("state", ()):
            raise AttributeError(name)
        return (
            (lambda: self.state[setting])
            if verb == "get"
            else lambda value: self.state.update({setting: value})
        )

    def is_grad_enabled(self) -> bool:
        return self.grad

    def set_grad_enabled(self, on: bool) -> None:
        self.grad = on

    def is_anomaly_enabled(self) -> bool:
        return self.anomaly

    def are_deterministic_algorithms_enabled(self) -> bool:
        return self.deterministic[0]

    def is_deterministic_algorithms_warn_only_enabled(self) -> bool:
        return self.deterministic[1]

    def use_deterministic_algorithms(self, on: bool, *, warn_only: bool = False) -> None:
        self.deterministic = (on, warn_only)

    def get_default_device(self) -> str:
        return self.device

    def set_default_device(self, device: str | None) -> None:
        self.device = device or "cpu"

    def everything(self) -> Any:
        cudnn = dict(vars(self.backends.cudnn))
        return dict(self.state), self.grad, self.anomaly, self.deterministic, self.device, cudnn


def test_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    torch, prints = Torch(), SimpleNamespace(precision=4)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._tensor_str", SimpleNamespace(PRINT_OPTS=prints))
    before = torch.everything()
    settings = RecordedSettings(own=False)
    torch.state.update(default_dtype="float64", num_threads=1, float32_matmul_precision="medium")
    torch.grad, torch.anomaly, torch.deterministic, torch.device = False, True, (True, True), "cuda:0"
    torch.backends.cudnn.benchmark = True
    prints.precision = 9
    assert torch.everything() != before
    settings.put_back()
    assert (torch.everything(), prints.precision) == (before, 4)


def test_an_older_release_that_lacks_functions_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("keras", "tf_keras", "torch", "jax", "sklearn"):
        monkeypatch.setitem(sys.modules, package, SimpleNamespace())
    RecordedSettings(own=False).put_back()


@pytest.mark.parametrize(
    ("own", "left"), [pytest.param(False, 0, id="a worker"), pytest.param(True, 1, id="a notebook")]
)
def test_open_figures(own: bool, left: int, monkeypatch: pytest.MonkeyPatch) -> None:
    figures: dict[int, str] = {}
    pyplot = SimpleNamespace(Gcf=SimpleNamespace(figs=figures, destroy=figures.pop))
    monkeypatch.setitem(sys.modules, "matplotlib._pylab_helpers", pyplot)
    settings = RecordedSettings(own=own)
    figures[1] = "a trial's"
    settings.put_back()
    assert len(figures) == left


def test_a_timer_that_a_trial_has_started_does_not_ring_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = RecordedSettings(own=False)
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 1000)
    settings.put_back()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_folder_that_is_gone_ends_no_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "inner"
    folder.mkdir()
    os.chdir(folder)
    settings = RecordedSettings(own=False)
    os.chdir(tmp_path)
    folder.rmdir()
    settings.put_back()
    assert Path.cwd() == tmp_path


IMPORTED = """
    import os, warnings, sys, logging
    os.environ['FROM_IMPORT'] = 'yes'
    warnings.filterwarnings('ignore', message='of the import')
    sys.path.append('/from/import')
    logging.getLogger('own').setLevel(40)
"""


def test_what_an_import_sets_stays_and_what_the_trial_sets_around_it_does_not() -> None:
    settings = RecordedSettings(own=False)
    os.environ["BEFORE"] = "trial"
    warnings.filterwarnings("ignore", message="of the trial")
    with settings.importing():
        exec(dedent(IMPORTED))
    os.environ["FROM_IMPORT"] = "trial"
    logging.getLogger("own").setLevel(10)
    settings.put_back()
    assert "BEFORE" not in os.environ
    assert os.environ["FROM_IMPORT"] == "yes"
    assert "/from/import" in sys.path
    assert logging.getLogger("own").level == 40
    messages = [str(one[1].pattern) for one in warnings.filters if one[1] is not None]
    assert "of the import" in messages
    assert "of the trial" not in messages


def test_a_package_that_a_trial_imports_has_its_settings_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = RecordedSettings(own=False)
    options = Options("xgboost", "verbosity")
    with settings.importing():
        stand_in = SimpleNamespace(get_config=options.read, set_config=options.set)
        monkeypatch.setitem(sys.modules, "xgboost", stand_in)
    options.set(verbosity=3)
    settings.put_back()
    assert options.values == {"verbosity": 0}


@pytest.mark.parametrize("package", sorted({one.package for one in EVERY}))
def test_any_package_of_the_table_may_be_first_imported_by_a_trial(package: str) -> None:
    with pytest.MonkeyPatch.context() as patch:  # pytest itself needs some of them
        imported = sys.modules.get(package) or ModuleType(package)
        patch.delitem(sys.modules, package, raising=False)
        settings = RecordedSettings(own=False)
        patch.setitem(sys.modules, package, ModuleType(package))
        with settings.importing():
            patch.setitem(sys.modules, package, imported)
        settings.put_back()


def test_what_a_trial_registers_with_a_package_that_it_has_imported_is_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "sqlite3", raising=False)
    settings = RecordedSettings(own=False)
    package: Any = ModuleType("sqlite3")
    monkeypatch.setitem(sys.modules, "sqlite3", package)
    with settings.importing():
        vars(package).update(adapters={}, converters={"date": 1})
    package.converters["point"] = 2
    settings.put_back()
    assert package.converters == {"date": 1}


@pytest.mark.parametrize("own", [False, True])
def test_what_cannot_be_put_back_is_told(own: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ops = SimpleNamespace(_numpy_style_slicing=False)
    monkeypatch.setitem(sys.modules, "tensorflow.python.framework.ops", ops)
    loaded = load(program(trial="def model():\n    return 1", folder=tmp_path), 1, own=own)
    loaded.restore()
    loaded.run(loaded.draws({}), 1)
    assert loaded.compare(0) == Changes()
    ops._numpy_style_slicing = True
    said = "trial 1 changed the NumPy behaviour of TensorFlow"
    expected = (
        Changes((f"{said} for all later trials",))
        if own
        else Changes(lasting=f"{said}, which cannot be put back")
    )
    assert loaded.compare(1) == expected
    assert loaded.compare(2) == Changes()


def test_a_search_in_the_users_process_leaves_settings_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "late_settings.py").write_text("import os\nos.environ['LATE'] = '1'\n")
    made = program(
        setup="import os, sys\nos.environ['SETUP'] = '1'",
        trial=f"""
            def model():
                sys.path.insert(0, {str(tmp_path)!r})
                import late_settings
                found = os.environ.get('TRIAL', ''), os.environ.get('LATE')
                os.environ['TRIAL'] = '1'
                return {{'loss': 1, 'again': float(found == ('', '1'))}}
        """,
        folder=tmp_path,
    )
    before, path = dict(os.environ), [*sys.path]
    executor = InlineExecutor(made, RuntimeOptions(1), values={})
    heard: list[Any] = []
    with contextlib.closing(executor):
        executor.start()
        executor.attend(lambda event: heard.append(event.message))
        for number in range(2):
            executor.send(0, Run(number, {}, number, None, ""))
            executor.attend(lambda event: heard.append(event.message))
    assert [one.metrics for one in heard if isinstance(one, Finished)] == [{"again": 1.0}] * 2
    assert dict(os.environ) == {**before, "LATE": "1"}
    assert sys.path == path
    sys.modules.pop("late_settings")


class Table(dict[str, Any]):
    """A table whose values cannot be compared."""


class Odd:
    def __eq__(self, other: object) -> bool:
        raise ValueError("ambiguous")

    __hash__ = None  # type: ignore[assignment]


def test_registries_keep_what_imports_have_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    registered = Table(setup=Odd())
    before = dict(registered)
    module = SimpleNamespace(GLOBAL_CUSTOM_OBJECTS=registered, GLOBAL_CUSTOM_NAMES={})
    monkeypatch.setitem(sys.modules, "keras.src.saving.object_registration", module)
    settings = RecordedSettings(own=False)
    registered["trial"] = 1
    with settings.importing():
        registered["package"] = late = Odd()
        module.GLOBAL_CUSTOM_NAMES[Odd] = "late"
    registered["setup"] = 2
    settings.put_back()
    assert registered.keys() == {"setup", "package"}
    assert registered["package"] is late
    assert registered["setup"] is before["setup"]
    assert {Odd: "late"} == module.GLOBAL_CUSTOM_NAMES
