"""The environments that the arms of ``measure.py`` run in, one for each set of tools that fit together.

    python benchmarks/rivals/environments.py [DIR] [--only NAME] [--hyperas SOURCE]

Makes those that are missing in DIR, by default ``.venv-rivals`` in the project: each a virtual environment
with a tool, with what it asks for, and with the TensorFlow and Keras of the Python that runs this. Ours is in
the two that KerasTuner and Optuna have, so that the three start with the same packages: Keras imports
pandas, scikit-learn and Matplotlib where they are installed, which takes half as long as all the rest. In one
of the two there is no scikit-learn; the other has it for the workloads that need it, and for KerasTuner's
BayesianOptimization, which does.

Hyperas is what its repository has, unless SOURCE names a folder, a release (``hyperas==0.4.1``) or an
address that pip knows. It cannot be imported beside Keras 3, nor search beside hyperopt 0.3, so two lines of
the installed copy are changed; ``PATCHES`` has them.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).parents[2]

FOLDER = PROJECT / ".venv-rivals"

HYPERAS = "hyperas @ git+https://github.com/maxpumperla/hyperas"

WITH_KERAS = ("keras-tuner", "tensorboard", "optuna", "optuna-integration", str(PROJECT))

PACKAGES = {
    "keras": WITH_KERAS,
    "sklearn": (*WITH_KERAS, "scikit-learn", "pandas"),
    "talos": ("talos",),
    "hyperas": (HYPERAS,),
    "ray": ("ray[tune]",),
}
"""What pip installs beside TensorFlow and Keras, by the name of the environment."""


@dataclass(frozen=True)
class Patch:
    """A text of an installed file, and what stands there afterwards.

    A text that is not there has been mended by its authors, as long as `gone` is not there either.
    """

    file: str
    old: str
    new: str
    gone: str


PATCHES = (
    # Keras 3 has no YAML; Hyperas needs the name only in a function that is not called here.
    Patch("ensemble.py", "from keras.models import model_from_yaml\n", "", "import model_from_yaml"),
    # hyperopt 0.3 calls `integers` of it, which the old generators do not have.
    Patch("optim.py", "np.random.RandomState(rseed)", "np.random.default_rng(rseed)", "RandomState("),
)


def patched(text: str, patch: Patch) -> str:
    """The text with a patch.

    Raises:
        RuntimeError: it has the fault, but not in the form that the patch knows.
    """
    text = text.replace(patch.old, patch.new)
    if patch.gone in text:
        raise RuntimeError(f"{patch.file} of Hyperas has another form than the patch knows: {patch.gone!r}")
    return text


def patch_hyperas(python: str) -> None:
    """Change the installed copy of Hyperas so that it runs, and see that it can be imported."""
    folder = Path(printed(python, "import sysconfig; print(sysconfig.get_path('purelib'))")) / "hyperas"
    for patch in PATCHES:
        path = folder / patch.file
        path.write_text(patched(path.read_text(encoding="utf-8"), patch), encoding="utf-8")
    printed(python, "import hyperas.optim")


def printed(python: str, code: str) -> str:
    """What code prints."""
    done = subprocess.run([python, "-I", "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def frameworks() -> tuple[str, str]:
    """TensorFlow and Keras, in the versions that this Python has."""
    cpu = platform.system() == "Linux" and platform.machine() == "x86_64"
    name = "tensorflow-cpu" if cpu else "tensorflow"
    return f"{name}=={version(name)}", f"keras=={version('keras')}"


def make(folder: Path, name: str, hyperas: str = HYPERAS) -> None:
    """Make an environment; it counts as made once all has been installed."""
    venv.create(folder / name, with_pip=True, clear=True)
    packages = (hyperas if package == HYPERAS else package for package in PACKAGES[name])
    install(python_of(folder, name), *packages, *frameworks())
    if name == "hyperas":
        patch_hyperas(python_of(folder, name))
    (folder / name / ".installed").touch()


def is_made(folder: Path, name: str) -> bool:
    """Whether an environment is there, whole."""
    return (folder / name / ".installed").exists()


def install(python: str, *words: str) -> None:
    """Have pip install something for a Python."""
    subprocess.run([python, "-I", "-m", "pip", "install", "--quiet", *words], check=True)


def install_ours(folder: Path, name: str) -> None:
    """Install this project as it stands now.

    The arms do not run from the project's folder, where modules may lack the bytecode that pip makes for all.
    """
    install(python_of(folder, name), "--no-deps", "--force-reinstall", str(PROJECT))


def python_of(folder: Path, name: str) -> str:
    """The interpreter of an environment."""
    return str(folder.absolute() / name / "bin" / "python")


def main() -> None:
    """Make what is missing."""
    parser = argparse.ArgumentParser(description="Make the environments of the rivals that are missing.")
    parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--only", metavar="NAME", nargs="+", choices=PACKAGES, default=list(PACKAGES))
    parser.add_argument("--hyperas", metavar="SOURCE", default=HYPERAS, help="what pip installs as Hyperas")
    wanted = parser.parse_args()
    for name in wanted.only:
        if not is_made(wanted.folder, name):
            print(f"{wanted.folder / name}: a minute or more", file=sys.stderr, flush=True)
            make(wanted.folder, name, wanted.hyperas)


if __name__ == "__main__":
    main()
