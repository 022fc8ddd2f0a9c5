"""Which templates workers are forked from, and why not from the others."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import textwrap
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import pytest

from hypertemplate.executors import process
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.own_code import MODULE_NAME
from hypertemplate.runtime.process import fork_safety
from hypertemplate.runtime.process.distinct_names import DistinctNames
from hypertemplate.runtime.process.fork_safety import Before, watched, why_not
from hypertemplate.runtime.protocol import Complete, Epoch, Finished, FitEnded, FitStarted, Go, Ready, Run
from tests.executors.workers import process_executor
from tests.runtime.programs import program

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only"),
]

THREADS = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}

ROOM = 1 << 40

RETURN_1 = "def model():\n    return 1"

FIT = """
    def model():
        network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        network.compile('sgd', 'mse')
        x = np.ones((8, 4))
        network.fit(x, x[:, :1], verbose=0)
        return 1
"""

BOOSTED = (
    "import lightgbm, xgboost\nx = np.random.rand(200, 2)\nlightgbm.train({'verbose': -1, 'num_threads': 2}, "
    "lightgbm.Dataset(x, x[:, 0]), 1)\nxgboost.train({'nthread': 2}, xgboost.DMatrix(x, x[:, 0]), 1)\n"
)
CLUSTERS = "from sklearn.cluster import KMeans\nKMeans(2, n_init=1).fit(np.random.rand(3000, 9))\n"
MULTIPLIED = "x = np.random.rand(300, 300)\ny = x @ x\n"


def reasons(setup: str, model: str, folder: Path) -> list[str]:
    """Why two workers are not forked; each runs a trial, whose loss is 1."""
    made = program(setup.replace("FOLDER", str(folder)), model, folder=folder)
    told: list[str] = []
    executor = process_executor(
        made, seed=1, workers=2, environments=(THREADS,), forked=True, tell=told.append
    )
    with contextlib.closing(executor):
        executor.start()
        for _ in range(2):
            event = executor.receive()
            assert event is not None
            assert isinstance(event.message, Ready), event
        for worker in range(2):
            executor.send(worker, Run(worker, {}, 1))
            assert ended(executor).outcome == Complete(1.0)
    return [reason.removeprefix("workers are started afresh: ") for reason in told]


def ended(executor: ProcessExecutor) -> Finished:
    """The end of the trial that runs."""
    while True:
        event = executor.receive()
        assert event is not None
        if isinstance(event.message, Finished):
            return event.message
        assert isinstance(event.message, (FitStarted, Epoch, FitEnded)), event
        executor.send(event.worker, Go())


@pytest.mark.parametrize(
    ("setup", "model"),
    [
        pytest.param("text = 'x' * 1000", RETURN_1, id="plain Python"),
        pytest.param("import numpy as np", RETURN_1, id="NumPy, which has started threads"),
        pytest.param(
            f"import numpy as np\n{MULTIPLIED}",
            "def model():\n    assert (x @ x == y).all()\n    return 1",
            id="NumPy that has computed in its threads",
        ),
        pytest.param(
            "import pandas as pd\nimport pyarrow as pa\nframe = pd.DataFrame({'kind': ['a', 'b'] * 1000})",
            "def model():\n    assert len(pa.array(frame.kind + 'c')) == 2000\n    return 1",
            id="PyArrow, whose allocator has started a thread",
        ),
        pytest.param(
            "file = open('FOLDER/data', 'w+')\nfile.close()", RETURN_1, id="a file that is closed again"
        ),
        pytest.param("null = open('/dev/null', 'w')", RETURN_1, id="a file that is the same for all"),
        pytest.param(
            "import threading\nthread = threading.Thread(target=print)\nthread.start()\nthread.join()",
            RETURN_1,
            id="a thread that has ended",
        ),
        pytest.param("import subprocess\nsubprocess.run(['true'])", RETURN_1, id="a process that has ended"),
        pytest.param(
            "import os, uuid\nfrom os import getpid",
            "def model():\n    assert getpid() == int(os.readlink('/proc/self'))\n    uuid.uuid4()\n    return 1",
            id="names that each trial makes",
        ),
        pytest.param(
            "import logging, random, time\nlogging.warning('loading')\nnow = time.time()",
            RETURN_1,
            id="a process id that only a library wants",
        ),
        pytest.param(
            "import numpy as np\ngenerator = np.random.default_rng()",
            RETURN_1,
            id="a generator without a seed",
        ),
        pytest.param(
            "import mmap\nwith mmap.mmap(-1, 4096) as memory: memory[0] = 1",
            RETURN_1,
            id="shared memory that is given back",
        ),
        pytest.param(
            "import mmap\nmemory = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE)",
            RETURN_1,
            id="memory that is not shared",
        ),
        pytest.param(
            "import lightgbm, xgboost\nimport numpy as np",
            "def model():\n" + textwrap.indent(BOOSTED, "    ") + "    return 1",
            id="XGBoost and LightGBM that are only imported",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "import keras\nimport numpy as np", FIT, id="Keras that is only imported", marks=pytest.mark.keras
        ),
        pytest.param(
            "import keras\nimport numpy as np\nimport tensorflow as tf\ntf.random.set_seed(1)\n"
            "keras.utils.set_random_seed(2)\nassert tf.config.list_physical_devices() is not None",
            FIT,
            id="TensorFlow that has seeded its generators",
            marks=[pytest.mark.keras, pytest.mark.slow],
        ),
    ],
)
def test_workers_are_forked_from(setup: str, model: str, tmp_path: Path) -> None:
    assert reasons(setup, model, tmp_path) == []


@pytest.mark.parametrize(
    ("setup", "model", "reason"),
    [
        pytest.param(
            f"import numpy as np\n{CLUSTERS}",
            RETURN_1 + f"\n{CLUSTERS}",
            "1 thread was started while the template was loaded",
            id="scikit-learn that has computed in a pool of OpenMP",
        ),
        pytest.param(
            f"import numpy as np\n{BOOSTED}",
            RETURN_1,
            "2 threads were started while the template was loaded",
            id="XGBoost and LightGBM that have trained in pools of their own",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "import threading\nstop = threading.Event()\n"
            "for _ in range(2): threading.Thread(target=stop.wait, daemon=True).start()",
            RETURN_1,
            "2 threads were started while the template was loaded",
            id="threads of its own",
        ),
        pytest.param(
            "import keras\nimport numpy as np\nimport tensorflow as tf\none = tf.constant(1.0)",
            FIT,
            "TensorFlow was initialised while the template was loaded",
            id="TensorFlow that has made a tensor",
            marks=pytest.mark.keras,
        ),
        pytest.param(
            "file = open('FOLDER/data', 'w+')",
            RETURN_1,
            "the template keeps a file open: FOLDER/data",
            id="a file that is open",
        ),
        pytest.param(
            "import socket\nserver = socket.socket()",
            RETURN_1,
            "the template keeps a connection open",
            id="a socket",
        ),
        pytest.param(
            "import os\nends = os.pipe()", RETURN_1, "the template keeps a connection open", id="a pipe"
        ),
        pytest.param(
            "import subprocess\nprocess = subprocess.Popen(['sleep', '1000'])",
            RETURN_1,
            "a process was started while the template was loaded",
            id="a process that runs",
        ),
        pytest.param(
            "import subprocess\nsubprocess.run(['sh', '-c', 'setsid sleep 1000 &'])",
            RETURN_1,
            "a process was started while the template was loaded",
            id="a process that has lost its parent",
        ),
        pytest.param(
            "import tempfile\nfolder = tempfile.mkdtemp(dir='FOLDER')",
            RETURN_1,
            "a temporary file was made while the template was loaded",
            id="a temporary folder, whose name should differ from worker to worker",
        ),
        pytest.param(
            "import os\nname = f'/x/{os.getpid()}.h5'",
            RETURN_1,
            "a name that differs from worker to worker was made while the template was loaded",
            id="a name made by the number of the process",
        ),
        *(
            pytest.param(
                setup,
                RETURN_1,
                "the template has made a lock or memory that processes share",
                id=f"shared memory: {setup.rpartition('= ')[2]}",
            )
            for setup in (
                "import multiprocessing\nlock = multiprocessing.Lock()",
                "import mmap\nmemory = mmap.mmap(-1, 4096)",
            )
        ),
    ],
)
def test_workers_are_started_afresh(setup: str, model: str, reason: str, tmp_path: Path) -> None:
    assert reasons(setup, model, tmp_path) == [reason.replace("FOLDER", str(tmp_path))]


NOTHING = Before({}, frozenset(), DistinctNames())


def test_packages_that_cannot_be_had_here(monkeypatch: pytest.MonkeyPatch) -> None:
    cuda = SimpleNamespace(is_initialized=lambda: True)
    monkeypatch.setitem(sys.modules, "torch", cast(ModuleType, SimpleNamespace(cuda=cuda)))
    with watched() as before:
        pass
    assert why_not(before, ROOM) == "CUDA was initialised while the template was loaded"
    monkeypatch.setitem(sys.modules, "jax", ModuleType("jax"))
    assert why_not(before, ROOM) == "the template has loaded JAX, which cannot be forked"


def test_an_accelerator_that_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fd").mkdir()
    (tmp_path / "fd" / "7").symlink_to("/dev/nvidiactl")
    monkeypatch.setattr(fork_safety, "PROCESS", tmp_path)
    assert why_not(NOTHING, ROOM) == "an accelerator was opened while the template was loaded"


def test_a_system_that_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork_safety, "PROCESS", tmp_path / "none")
    missing = f"[Errno 2] No such file or directory: '{tmp_path}/none/fd'"
    assert why_not(NOTHING, ROOM) == f"what this process has open cannot be determined: {missing}"


def test_a_process_that_does_not_even_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one whose library waits, in the copy, for a thread that is not there."""
    monkeypatch.setattr(fork_safety, "PATIENCE_MS", 50)
    monkeypatch.setattr(os, "_exit", lambda status: signal.pause())
    fork_safety._fork_once()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize(
    "setup",
    [
        pytest.param(setup, id=setup.rpartition("= ")[2])
        for setup in (
            "import os\nname = f'/x/{os.getpid()}.h5'",
            "from os import getpid\nname = getpid()",
            "import os\nname = os.getppid()",
            "import os\ndef data():\n    return os.urandom(4)\nname = data()",
            "import uuid\nname = uuid.uuid1()",
            "from uuid import uuid4\nname = uuid4().hex",
            "import threading\nname = threading.get_native_id()",
            "import secrets\nname = secrets.token_hex()",
            "import secrets\nname = secrets.choice('abc')",
        )
    ],
)
def test_names_that_differ_from_worker_to_worker(setup: str) -> None:
    with watched() as before:
        exec(setup, {"__name__": MODULE_NAME})
    assert before.names.made


def test_a_name_that_a_sibling_file_makes(tmp_path: Path) -> None:
    (tmp_path / "places.py").write_text("import os\nPATH = f'{os.getpid()}.h5'\n")
    setup = "import sys\nsys.path.insert(0, 'FOLDER')\nimport places"
    expected = "a name that differs from worker to worker was made while the template was loaded"
    assert reasons(setup, RETURN_1, tmp_path) == [expected]


def test_functions_are_as_they_were_after_the_program_is_loaded() -> None:
    def given() -> int:
        return 7

    getpid, urandom = os.getpid, os.urandom
    try:
        with DistinctNames() as names:
            kept = os.urandom
            os.getpid = given
        assert os.getpid is given  # the user's own
        assert os.urandom is urandom
        assert len(kept(3)) == 3
        assert not names.made
    finally:
        os.getpid = getpid


@pytest.mark.parametrize(
    ("line", "shared"),
    [
        pytest.param("rw-s 00000000 00:01 77  /dev/zero (deleted)", True, id="memory without a name"),
        pytest.param("rw-s 00000000 00:1a 77  /dev/shm/sem.abc", True, id="a semaphore"),
        pytest.param("rw-s 00000000 00:01 77  /memfd:arena (deleted)", True, id="a file in memory"),
        pytest.param("rw-s 00000000 00:01 77  /SYSV00000000 (deleted)", True, id="System V's"),
        pytest.param("r--s 00000000 00:1a 77  /dev/shm/data", False, id="what is only read"),
        pytest.param("rw-p 00000000 00:01 77  /dev/zero", False, id="what is private"),
        pytest.param("rw-s 00000000 08:01 77  /home/me/data.npy", False, id="a file"),
        pytest.param("rw-p 00000000 00:00 0 ", False, id="what has no name"),
    ],
)
def test_memory_that_processes_share(
    line: str, shared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "maps").write_text(f"7f0000000000-7f0000001000 {line}\n")
    monkeypatch.setattr(fork_safety, "PROCESS", tmp_path)
    assert bool(fork_safety.shared_memory()) is shared


@pytest.mark.parametrize(
    "memory",
    [pytest.param(4 * 5_000_000, id="little memory"), pytest.param(None, id="memory that nobody knows of")],
)
def test_what_takes_much_of_the_memory_is_not_forked(
    memory: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python takes more than 5 MB."""
    monkeypatch.setattr(process, "available_memory", lambda surroundings: memory)
    expected = "what the template has loaded takes more than a quarter of the free memory"
    assert reasons("", RETURN_1, tmp_path) == [expected]
