"""How fast the compiler is, and whether its time stays linear in the size of the template.

    python benchmarks/compile_speed.py

Prints, for generated templates of 1,000, 3,000 and 10,000 lines with a marker in every tenth line, the
lines compiled per second: in this process (the best of some runs), and by the commands `check` and `space`
as processes of their own, start of Python included. The last column compares the time per line to that of
the next smaller template: 1 is linear, 3 would be quadratic.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source

SIZES = (1_000, 3_000, 10_000)

MARKERS = (
    "{{uniform(0, 0.5)}}",
    "{{quniform(32, 256, 32)}}",
    "{{choice(['relu', 'elu', 'tanh'])}}",
    "{{loguniform(-9, -3)}}",
    "{{choice([0, uniform(0.1, 0.9)])}}",
)


def functions(lines: int) -> str:
    """Many functions with a marker each, which the model calls one after another."""
    count = lines // 10
    blocks = [_block(number, "") for number in range(count)]
    calls = [f"    block_{number}(network)" for number in range(count)]
    return _template(blocks, calls, lines)


def chain(lines: int) -> str:
    """The same, but each function calls the next: what depends on markers is found step by step."""
    count = lines // 10
    blocks = [_block(number, f"block_{number + 1}" if number + 1 < count else "") for number in range(count)]
    return _template(blocks, ["    block_0(network)"], lines)


def one_function(lines: int) -> str:
    """All the markers in the body of the model, so that labels repeat within it."""
    body: list[str] = []
    for number in range(lines // 10):
        body += [
            f"    width_{number} = WIDTH + {number}",
            f"    if width_{number} > 100:",
            f"        width_{number} //= 2",
            "    network.add(Dense(",
            f"        units=width_{number},",
            f"        rate={MARKERS[number % len(MARKERS)]},",
            "    ))",
            f"    scale_{number} = [w * 2 for w in (width_{number}, 3)]",
            f"    network.note({{'block': {number}, 'scale': scale_{number}}})",
        ]
    return _template([], body, lines)


def _block(number: int, following: str) -> str:
    last = f"{following}(network)" if following else "return network"
    return (
        f"STEP_{number} = {number} * 2\n"
        f"def block_{number}(network, width=64):\n"
        f"    '''Block {number}.'''\n"
        f"    size = max(width, STEP_{number})\n"
        "    if size > 100:\n"
        "        size //= 2\n"
        f"    network.add(Dense(size, rate={MARKERS[number % len(MARKERS)]}))\n"
        f"    {last}\n"
    )


def _template(blocks: list[str], body: list[str], lines: int) -> str:
    """The blocks, a data and a model function, filled up with comments to exactly `lines` lines."""
    head = "from framework import Dense, Sequential\nWIDTH = 256\ndef data():\n    return [1, 2], [3, 4]\n"
    model = ["def model(x, y):", "    network = Sequential()", *body, "    return network.score(x, y)"]
    text = head + "".join(blocks) + "\n".join(model) + "\n"
    return text + "# More could be said here.\n" * (lines - text.count("\n"))


def seconds(action: Callable[[], object], runs: int) -> float:
    """The shortest of some runs: what disturbs a run only ever makes it longer."""
    durations = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        durations.append(time.perf_counter() - start)
    return min(durations)


def in_process(text: str) -> Callable[[], object]:
    """Compiling `text` here."""
    source = Source((Part("file", "model.py", text),), path="model.py")
    return lambda: compile_source(source)


def process(command: str, path: Path) -> Callable[[], object]:
    """A command on the file `path`, as a process of its own."""
    arguments = [sys.executable, "-m", "hypertemplate", command, str(path)]
    return lambda: subprocess.run(arguments, check=True, capture_output=True)


def measurements(shape: Callable[[int], str], folder: Path, runs: int) -> Iterator[tuple[str, list[float]]]:
    """What was timed, and its seconds for each of `SIZES`."""
    texts = [shape(size) for size in SIZES]
    paths = []
    for size, text in zip(SIZES, texts, strict=True):
        assert text.count("\n") == size, f"{shape.__name__}: {text.count(chr(10))} lines for {size}"
        paths.append(folder / f"{shape.__name__}_{size}.py")
        paths[-1].write_text(text, encoding="utf-8")
    yield "in process", [seconds(in_process(text), runs) for text in texts]
    for command in ("check", "space"):
        yield command, [seconds(process(command, path), runs) for path in paths]


def main() -> None:
    """Time everything and print one line for each measurement."""
    parser = argparse.ArgumentParser(description="Time the compiler on generated templates.")
    parser.add_argument("--runs", type=int, default=5, help="how often each is timed; the shortest counts")
    runs = parser.parse_args().runs
    print(f"{'template':<14}{'what':<12}{'lines':>7}{'markers':>9}{'seconds':>10}{'lines/s':>11}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for shape in (functions, chain, one_function):
            for what, durations in measurements(shape, Path(folder), runs):
                before = None
                for size, duration in zip(SIZES, durations, strict=True):
                    per_line = duration / size
                    ratio = f"{per_line / before:.2f}" if before else ""
                    print(
                        f"{shape.__name__:<14}{what:<12}{size:>7,}{size // 10:>9,}"
                        f"{duration:>10.3f}{size / duration:>11,.0f}{ratio:>7}"
                    )
                    before = per_line


if __name__ == "__main__":
    main()
