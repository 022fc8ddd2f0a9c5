"""How soon searches find good networks: hypertemplate, KerasTuner and Optuna, as their documentation shows.

    make datasets
    python benchmarks/time_to_quality.py --prepare RIVALS
    python benchmarks/time_to_quality.py --rivals RIVALS --results RESULTS --cells 2
    python benchmarks/time_to_quality.py --results RESULTS --test
    python benchmarks/time_to_quality.py --results RESULTS --report

The first of these lines makes a virtual environment in the folder RIVALS, with KerasTuner and Optuna, and
with the TensorFlow and Keras of this one. All arms run in it, ours too: Keras imports pandas, scikit-learn
and Matplotlib where they are installed, which takes half as long as all the rest. The second line installs
this project there, as it stands and as users have it, and runs cells, an arm with a seed each, one after
another: at most two of those that are not in the folder RESULTS yet, which takes seven minutes on a machine
that does nothing else. Repeat it until nothing is left. A cell that fails is told, kept as text, and tried
again when all others have run. The third trains again what the cells call their best, where that has not
been done yet; it takes a minute for each, and no moment of it counts. The fourth prints the table of the
cells that are there.

Each search has two workers, and 200 seconds from the start of its first process; then SIGTERM ends it. It
searches a network of one to four hidden layers for Fashion-MNIST: 12,000 images, 3,000 for validation, 20
epochs. ``fashion/images.py`` has what all have in common; beside it lies a file for each tool. A
configuration counts once it has reported an epoch. The accuracies by a moment are those of the
validation, of all epochs that any trial had reported. What a tool calls its best is trained again, three
times with the seeds 0, 1 and 2, with the same data, epochs and batches; the weights of the epoch that
validated best are scored on the 10,000 test images. Threads are what each tool has two workers start; no
variable of the environment says how many.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hypertemplate.search.storage.sqlite.reader import read_study

FASHION = Path(__file__).parent / "fashion"

PROJECT = Path(__file__).parent.parent

SEEDS = (1, 2, 3)

MOMENTS_S = (25, 50, 100, 200)

TRAININGS = ("0", "1", "2")


@dataclass(frozen=True)
class Command:
    """A process of a search: its command, and its own variables of the environment."""

    words: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()


Reported = tuple[float, str, float]
"""An epoch: seconds from the start of the search, its configuration, its validation accuracy."""


@dataclass(frozen=True)
class Arm:
    """A way to search.

    Attributes:
        commands: the processes, of a Python with the rivals, a folder and a seed.
        epochs: the epochs that a search has reported, of its folder and the time of its start.
        best: the values that it calls the best, of a Python with the rivals and its folder.
    """

    commands: Callable[[str, str, int], list[Command]]
    epochs: Callable[[Path, float], list[Reported]]
    best: Callable[[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """A search that has run."""

    arm: str
    seed: int
    seconds: float
    epochs: tuple[Reported, ...]
    best: dict[str, Any]
    test: tuple[float, ...]  # empty until that has been trained again
    load: float
    ended: str

    @property
    def configurations(self) -> int:
        """How many configurations have reported an epoch."""
        return len({configuration for _, configuration, _ in self.epochs})

    def best_by(self, moment_s: float) -> float | None:
        """The best validation accuracy by then."""
        return max((accuracy for at, _, accuracy in self.epochs if at <= moment_s), default=None)

    def reached(self, accuracy: float) -> float | None:
        """The seconds after which a validation accuracy was reached."""
        return min((at for at, _, found in self.epochs if found >= accuracy), default=None)


def hypertemplate(*options: str) -> Arm:
    """The arm of this project with these options."""

    def commands(rivals: str, folder: str, seed: int) -> list[Command]:
        search = ("--workers", "2", "--max-evals", "1000", "--seed", str(seed), "--study", f"{folder}/study")
        run = (str(Path(rivals).parent / "hypertemplate"), "run", *options, str(FASHION / "template.py"))
        return [Command((*run, *search))]

    def best(rivals: str, folder: str) -> dict[str, Any]:
        study = read_study(Path(folder) / "study").study
        if study.best is None:
            raise RuntimeError("no trial is complete")
        values: dict[str, Any] = {
            label: value
            for label, value in study.values(study.best.params).items()
            if label in study.best.read
        }
        values["units"] = [values.pop(f"units[{layer}]") for layer in range(values.pop("layers"))]
        return values

    return Arm(commands, studied, best)


def studied(folder: Path, began: float) -> list[Reported]:
    """The epochs that a study has."""
    kept = read_study(folder / "study")
    return sorted(
        (
            datetime.fromisoformat(trial.started_at).timestamp() - began + report.seconds,
            str(trial.number),
            accuracy,
        )
        for trial in (*kept.study.trials, *kept.running)
        for curve in trial.curves
        for report in curve.reports
        if report.seconds is not None and (accuracy := report.metrics.get("val_accuracy")) is not None
    )


def optuna(pruner: str) -> Arm:
    """Optuna's TPE with a pruner: two processes with one storage."""

    def commands(rivals: str, folder: str, seed: int) -> list[Command]:
        script = (rivals, str(FASHION / "optuna_tpe.py"), folder)
        return [Command((*script, str(number), pruner)) for number in (seed, seed + 1000)]

    return Arm(commands, logged, lambda rivals, folder: asked(rivals, "optuna", folder))


def keras_tuner_random() -> Arm:
    """KerasTuner's RandomSearch: a chief and two workers."""

    def commands(rivals: str, folder: str, seed: int) -> list[Command]:
        script = (rivals, str(FASHION / "keras_tuner_random.py"), folder, str(seed))
        chief = {"KERASTUNER_ORACLE_IP": "127.0.0.1", "KERASTUNER_ORACLE_PORT": str(free_port())}
        named = ({**chief, "KERASTUNER_TUNER_ID": name} for name in ("chief", "tuner0", "tuner1"))
        return [Command(script, tuple(variables.items())) for variables in named]

    return Arm(commands, logged, lambda rivals, folder: asked(rivals, "keras_tuner", folder))


def logged(folder: Path, began: float) -> list[Reported]:
    """The epochs that ``fashion/epoch_log.py`` has written down."""
    rows = [json.loads(line) for path in folder.glob("epochs-*.jsonl") for line in whole_lines(path)]
    return sorted((row["time"] - began, row["fit"], row["val_accuracy"]) for row in rows)


def whole_lines(path: Path) -> list[str]:
    """The lines of a file less a last one that was cut off."""
    return path.read_text().split("\n")[:-1]


def asked(rivals: str, tool: str, folder: str) -> dict[str, Any]:
    """The values that a rival calls the best."""
    return dict(answered(rivals, str(FASHION / "best_values.py"), tool, folder))


def answered(*words: str) -> Any:
    """What a process prints, which is JSON."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[1]} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


ARMS = {
    "hypertemplate": hypertemplate(),
    "hypertemplate --prune": hypertemplate("--prune"),
    "KerasTuner random": keras_tuner_random(),
    "Optuna, median": optuna("median"),
    "Optuna, Hyperband": optuna("hyperband"),
}


def run(name: str, seed: int, seconds: float, rivals: str) -> Cell:
    """Run a cell.

    Raises:
        RuntimeError: the search ended by itself, or found nothing.
    """
    arm, load = ARMS[name], os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        began = time.time()
        search(arm.commands(rivals, folder, seed), Path(folder) / "output.txt", began + seconds)
        epochs = tuple(one for one in arm.epochs(Path(folder), began) if one[0] <= seconds)
        values = arm.best(rivals, folder)
    ended = datetime.now().isoformat(timespec="minutes")
    return Cell(name, seed, seconds, epochs, values, (), round(load, 2), ended)


def test_missing(results: Path) -> None:
    """Train again what the cells call their best, three times, and score it on the test images."""
    for cell in read_cells(results):
        if not cell.test:
            script = str(FASHION / "trained_again.py")
            test = answered(sys.executable, script, json.dumps(cell.best), *TRAININGS)
            write_whole(place(results, cell.arm, cell.seed), json.dumps({**asdict(cell), "test": test}))
            print(f"{cell.arm}, seed {cell.seed}: {statistics.mean(test):.4f}", flush=True)


def search(commands: Iterable[Command], output: Path, until: float) -> None:
    """Run the processes of a search until a time, and end them."""
    with output.open("w") as printed, contextlib.ExitStack() as ending:
        started = []
        for command in commands:
            variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **dict(command.variables)}
            process = subprocess.Popen(
                command.words, stdout=printed, stderr=printed, env=variables, start_new_session=True
            )
            ending.callback(end, process)
            started.append(process)
        while time.time() < until and all(process.poll() is None for process in started):
            time.sleep(0.05)
        stopped = [process.returncode for process in started if process.poll() is not None]
    if stopped:
        raise RuntimeError(f"ended by itself with status {stopped[0]}:\n{output.read_text()[-4000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def prepare(folder: str) -> None:
    """Make the environment of the rivals."""
    cpu = platform.system() == "Linux" and platform.machine() == "x86_64"
    tensorflow = f"tensorflow{'-cpu' if cpu else ''}=={version('tensorflow-cpu' if cpu else 'tensorflow')}"
    venv.create(folder, with_pip=True, clear=True)
    packages = (
        "keras-tuner",
        "tensorboard",
        "optuna",
        "optuna-integration",
        tensorflow,
        f"keras=={version('keras')}",
        str(PROJECT),
    )
    install(python_of(folder), *packages)


def install(python: str, *words: str) -> None:
    """Have pip install something for a Python."""
    subprocess.run([python, "-m", "pip", "install", "--quiet", *words], check=True)


def python_of(folder: str) -> str:
    """The interpreter of a virtual environment."""
    return str(Path(folder).absolute() / "bin" / "python")


def place(results: Path, name: str, seed: int, suffix: str = ".json") -> Path:
    """The file of a cell."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in name)
    return results / f"{plain}-{seed}{suffix}"


def read_cells(results: Path) -> list[Cell]:
    """The cells in a folder, in the order of the arms and seeds."""
    rows = [json.loads(path.read_text()) for path in results.glob("*.json")]
    cells = [
        Cell(**{**row, "epochs": tuple(map(tuple, row["epochs"])), "test": tuple(row["test"])})
        for row in rows
    ]
    return sorted(cells, key=lambda cell: (list(ARMS).index(cell.arm), cell.seed))


def run_missing(wanted: argparse.Namespace) -> None:
    """Run the cells that are not there yet, as many as are wanted."""
    results = Path(wanted.results)
    results.mkdir(parents=True, exist_ok=True)
    cells = [(name, seed) for seed in wanted.seeds for name in wanted.arms]
    missing = [cell for cell in cells if not place(results, *cell).exists()]
    # What has failed before comes last, so that it does not keep the others from running.
    missing.sort(key=lambda cell: place(results, *cell, ".failed.txt").exists())
    # Not run from this folder, where modules may lack the bytecode that pip makes for all arms.
    install(python_of(wanted.rivals), "--no-deps", "--force-reinstall", str(PROJECT))
    for name, seed in missing[: wanted.cells]:
        print(f"{name}, seed {seed}: ", end="", flush=True)
        try:
            cell = run(name, seed, wanted.seconds, python_of(wanted.rivals))
        except Exception as error:
            place(results, name, seed, ".failed.txt").write_text(f"{error!r}\n{error}\n")
            print(f"failed: {str(error).splitlines()[0] if str(error) else error!r}", flush=True)
            continue
        write_whole(place(results, name, seed), json.dumps(asdict(cell)))
        place(results, name, seed, ".failed.txt").unlink(missing_ok=True)
        print(f"{cell.configurations} configurations, best {cell.best_by(wanted.seconds)}", flush=True)
    left = sum(not place(results, *cell).exists() for cell in cells)
    print(f"{left} of {len(cells)} cells are left" if left else "all cells are there", flush=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file that is either whole or not there."""
    new = path.with_suffix(".new")
    new.write_text(text)
    shutil.move(new, path)


def report(cells: Sequence[Cell]) -> str:
    """The table of these cells: a row for the mean of each arm, then one for each cell."""
    target = mean(cell.best_by(cell.seconds) for cell in cells if cell.arm == "KerasTuner random")
    moments = [f"at {moment} s" for moment in MOMENTS_S]
    to_target = "-" if target is None else f"to {target:.4f}"
    heading = row("", "configurations", "epochs", *moments, to_target, "test")
    by_arm = {name: [cell for cell in cells if cell.arm == name] for name in ARMS}
    means = [summary(name, own, target) for name, own in by_arm.items() if own]
    each = [summary(f"{cell.arm}, {cell.seed}", [cell], target) for cell in cells]
    loads = [cell.load for cell in cells]
    note = f"load average before a cell: {min(loads):.1f} to {max(loads):.1f}"
    return "\n".join([heading, *means, "", row("arm, seed"), *each, "", note])


def summary(name: str, cells: Sequence[Cell], target: float | None) -> str:
    """The row of the means of some cells; the time to the target is that of the cells that came there."""
    reached = [] if target is None else [at for cell in cells if (at := cell.reached(target)) is not None]
    part = f" ({len(reached)}/{len(cells)})" if len(cells) > 1 else ""
    return row(
        name,
        f"{statistics.mean(cell.configurations for cell in cells):.0f}",
        f"{statistics.mean(len(cell.epochs) for cell in cells):.0f}",
        *(number(mean(cell.best_by(moment) for cell in cells), ".4f") for moment in MOMENTS_S),
        f"{statistics.mean(reached):.0f} s{part}" if reached else "-",
        number(mean(accuracy for cell in cells for accuracy in cell.test or (None,)), ".4f"),
    )


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of numbers; None if one is missing, or there is none."""
    found = list(values)
    return None if not found or None in found else statistics.mean(one for one in found if one is not None)


def number(value: float | None, form: str) -> str:
    """A number, or a dash."""
    return "-" if value is None else format(value, form)


def row(name: str, *columns: str) -> str:
    """A line of the table."""
    widths = (15, 7, 9, 9, 9, 9, 13, 8)
    return "".join(
        [f"{name:<24}", *(f"{text:>{width}}" for text, width in zip(columns, widths, strict=False))]
    ).rstrip()


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description="Compare how soon searches find good networks.")
    parser.add_argument("--prepare", metavar="DIR", help="make the environment of the rivals, and end")
    parser.add_argument("--rivals", metavar="DIR", help="the environment of the rivals")
    parser.add_argument("--results", metavar="DIR", help="where the cells are kept")
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS), help="by default all")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS), help="by default 1 2 3")
    parser.add_argument("--seconds", type=float, default=200, help="of each search; by default 200")
    parser.add_argument("--cells", type=int, help="run at most so many; by default all that are missing")
    parser.add_argument("--test", action="store_true", help="train again what the cells call their best")
    parser.add_argument("--report", action="store_true", help="print the table of the cells that are there")
    wanted = parser.parse_args()
    if wanted.prepare:
        prepare(wanted.prepare)
    elif wanted.results is None or (wanted.rivals is None and not (wanted.test or wanted.report)):
        parser.error("give --prepare DIR, or --rivals DIR or --test or --report with --results DIR")
    elif wanted.test:
        test_missing(Path(wanted.results))
    elif wanted.report:
        print(report(read_cells(Path(wanted.results))))
    else:
        run_missing(wanted)


if __name__ == "__main__":
    main()
