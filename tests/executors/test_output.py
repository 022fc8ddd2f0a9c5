from __future__ import annotations

import tempfile

import pytest

from hypertemplate.executors.output import TAIL_BYTES, last_lines


def shown(data: bytes) -> str:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return last_lines(file.fileno())


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"one\ntwo", "one\ntwo", id="a last line without an end"),
        pytest.param(b"one\n\n\n", "one", id="blank lines at the end"),
        pytest.param(b"\n\none\n", "\n\none", id="blank lines before the first"),
        pytest.param(b"1/2\r2/2\n\x1b[1mdone\x1b[0m\n", "2/2\ndone", id="a progress bar and colours"),
        pytest.param(b"caf\xe9 \xe4\xb8\xad\n", "caf\ufffd \u4e2d", id="bytes that are not UTF-8"),
        pytest.param(
            b"\n".join(b"%d" % n for n in range(30)),
            "\n".join(map(str, range(10, 30))),
            id="more than 20 lines",
        ),
    ],
)
def test_the_last_lines(data: bytes, text: str) -> None:
    assert shown(data) == text


LOGGED = """\
2025-11-29 21:17:07.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on. You may see
2025-11-29 21:17:07.133456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary is
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1764450000.123456   12345 cuda_dnn.cc:529] Loaded cuDNN version 90300
E0000 00:00:1764450000.123457   12345 cuda_blas.cc:1418] Unable to register cuBLAS factory: Attempting to
W0000 00:00:1764450000.123458   12345 gpu_device.cc:2341] Cannot dlopen some GPU libraries.
2025-11-29 21:17:07.143456: E external/local_xla/xla/stream_executor/cuda/cuda_fft.cc:477] Unable to register cuFFT factory
2025-11-29 21:17:07.153456: W tensorflow/core/framework/local_rendezvous.cc:404] Local rendezvous is aborting
W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library
INFO:2025-11-29 21:17:07,163:jax._src.xla_bridge:925: Unable to initialize backend 'tpu'
[W1129 21:17:07.173 NNPACK.cpp:64] Could not initialize NNPACK! Reason: Unsupported hardware.
"""


@pytest.mark.parametrize("line", LOGGED.splitlines())
def test_what_a_framework_logs_is_left_out(line: str) -> None:
    assert shown(f"before\n{line}\nafter\n".encode()) == "before\nafter"


def test_what_a_framework_logs_takes_no_other_lines_room() -> None:
    assert shown(b"mine\n" + LOGGED.encode() * 3) == "mine"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            "F0000 00:00:1764450000.123456   12345 cuda.cc:529] Check failed: err", id="a fatal error"
        ),
        pytest.param(
            "2025-11-29 21:17:07.1: F tensorflow/core/framework/tensor.cc:73] Check failed: 1 == 2",
            id="a fatal error of TensorFlow",
        ),
        pytest.param("I think tensorflow/ is a folder", id="a sentence"),
        pytest.param("2025-11-29 21:17:07.1: I read data.csv", id="the user's own log"),
        pytest.param("INFO:root:done", id="Python's logging"),
    ],
)
def test_what_a_user_needs_is_shown(line: str) -> None:
    assert shown(f"{line}\n".encode()) == line


def test_only_the_end_of_a_long_output_is_read() -> None:
    lines = b"".join(b"%099d\n" % n for n in range(10_000))
    assert shown(lines) == "\n".join(f"{n:099}" for n in range(9_980, 10_000))


def test_a_gigabyte_is_not_read() -> None:
    with tempfile.TemporaryFile() as file:
        file.truncate(1 << 30)  # a hole, which takes no room
        file.seek(0, 2)
        file.write(b"\nlast\n")
        file.flush()
        assert last_lines(file.fileno()) == "last"


def test_an_endless_line_is_cut_at_its_start() -> None:
    assert shown(b"x" * TAIL_BYTES + b"end\n") == "x" * (TAIL_BYTES - 4) + "end"
    assert shown(b"x" * TAIL_BYTES + b"\nend\n") == "end"
