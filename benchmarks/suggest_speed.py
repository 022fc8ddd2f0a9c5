"""How long `suggest` takes on 200 lines of plain code, compared with `check` on the same lines with markers.

    python benchmarks/suggest_speed.py

The code is a Keras script of functions with layers, constants and options, filled up with comments. Prints
the seconds of both in this process, and as processes of their own, start of Python included (each the best
of some runs, taken in turns), and the ratio, which is to stay below 2.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.suggestions.marked_source import marked_source
from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.compiler.syntax.source import Part, Source

LINES = 200

HEAD = """\
import keras
from keras import layers

LEARNING_RATE = 1e-3
BATCH_SIZE = 64
EPOCHS = 3
"""

BLOCK = """\
def block_{number}(x, units=64, drop=0.2):
    '''Block {number}.'''
    x = layers.Dense(units, activation="relu")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(drop)(x)
    if x.shape[-1] > 100:
        x = layers.Dense(32)(x)
    return x


"""

TAIL = """\
inputs = keras.Input((20,))
x = inputs
{calls}
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(LEARNING_RATE), "sparse_categorical_crossentropy", ["accuracy"])
x_train, y_train = keras.utils.get_file("data.npz")
model.fit(x_train, y_train, batch_size=BATCH_SIZE, epochs=EPOCHS, validation_split=0.2)
"""


def script() -> str:
    """Return plain code of `LINES` lines."""
    blocks = range(15)
    text = HEAD + "".join(BLOCK.format(number=number) for number in blocks)
    text += TAIL.format(calls="\n".join(f"x = block_{number}(x)" for number in blocks))
    return text + "# More could be said here.\n" * (LINES - text.count("\n"))


def best(actions: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Return the shortest of some runs of each action; they take turns, so that all meet the same machine."""
    durations: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            durations[name].append(time.perf_counter() - start)
    return {name: min(found) for name, found in durations.items()}


def process(command: str, path: Path) -> Callable[[], object]:
    """Return an action that runs a command on a file as a process of its own."""
    arguments = [sys.executable, "-m", "hypertemplate", command, str(path)]
    return lambda: subprocess.run(arguments, check=True, capture_output=True)


def main() -> None:
    """Time everything, and print the ratios."""
    parser = argparse.ArgumentParser(description="Time suggest on generated code.")
    parser.add_argument("--runs", type=int, default=7, help="how often each is timed; the shortest counts")
    runs = parser.parse_args().runs
    text = script()
    assert text.count("\n") == LINES, text.count("\n")
    source = Source((Part("file", "plain.py", text),), path="plain.py")
    found = proposals(source)
    marked = marked_source(source, found)
    print(f"{LINES} lines, {len(found)} proposals")
    with tempfile.TemporaryDirectory() as folder:
        plain, with_markers = Path(folder, "plain.py"), Path(folder, "marked.py")
        plain.write_text(text, encoding="utf-8")
        with_markers.write_text(marked.parts[0].text, encoding="utf-8")
        for what, actions in {
            "in process": {"check": lambda: compile_source(marked), "suggest": lambda: proposals(source)},
            "processes": {"check": process("check", with_markers), "suggest": process("suggest", plain)},
        }.items():
            seconds = best(actions, runs)
            ratio = seconds["suggest"] / seconds["check"]
            print(
                f"{what:<12}" + "".join(f"{n} {s:.3f} s  " for n, s in seconds.items()) + f"ratio {ratio:.2f}"
            )


if __name__ == "__main__":
    main()
