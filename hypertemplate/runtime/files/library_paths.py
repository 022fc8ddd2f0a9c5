"""Libraries in C and Rust that open files by themselves, and their functions that take a path.

Nothing here imports them. `tensorflow_paths` has TensorFlow's, `keras_paths` Keras's.
"""

from __future__ import annotations

from hypertemplate.runtime.files.path_arguments import DATABASES, FILES, Takes, hook
from hypertemplate.runtime.files.trial_files import to_open, to_read, to_write
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.patch import Undo

_DIRECTORY = tuple(
    Takes(f"utils.{kind}_dataset_from_directory", 0, "directory", to_read)
    for kind in ("image", "text", "audio")
)
"""Functions of Keras that list files in Python, and read them in TensorFlow."""

FUNCTIONS: dict[str, tuple[Takes, ...]] = {
    "catboost": (
        Takes("CatBoost.save_model", 1, "fname", to_write),
        Takes("CatBoost.load_model", 1, "fname", to_read),
    ),
    "cv2": (
        Takes("imread", 0, "filename", to_read),
        Takes("imwrite", 0, "filename", to_write),
    ),
    "dbm": (Takes("open", 0, "file", DATABASES, 1, "flag"),),
    "faiss": (
        Takes("write_index", 1, "fname", to_write),
        Takes("read_index", 0, "fname", to_read),
    ),
    "h5py": (Takes("File.__init__", 1, "name", FILES, 2),),
    "keras": _DIRECTORY,
    "lightgbm": (
        Takes("Booster.__init__", 3, "model_file", to_read),
        Takes("Booster.save_model", 1, "filename", to_write),
        Takes("Dataset.__init__", 1, "data", to_read),
        Takes("Dataset.save_binary", 1, "filename", to_write),
    ),
    "onnxruntime": (Takes("InferenceSession.__init__", 1, "path_or_bytes", to_read),),
    "polars": tuple(
        Takes(f"{verb}_{kind}", 0, "source", to_read)
        for verb in ("read", "scan")
        for kind in ("csv", "parquet", "ipc", "json", "ndjson")
    )
    + tuple(
        Takes(f"{where}_{kind}", 1, parameter, to_write)
        for where, parameter in (("DataFrame.write", "file"), ("LazyFrame.sink", "path"))
        for kind in ("csv", "parquet", "ipc", "json", "ndjson")
    ),
    "pyarrow.csv": (
        Takes("read_csv", 0, "input_file", to_read),
        Takes("write_csv", 1, "output_file", to_write),
    ),
    "pyarrow.dataset": (
        Takes("dataset", 0, "source", to_read),
        Takes("write_dataset", 1, "base_dir", to_write),
    ),
    "pyarrow.feather": (
        Takes("read_feather", 0, "source", to_read),
        Takes("read_table", 0, "source", to_read),
        Takes("write_feather", 1, "dest", to_write),
    ),
    "pyarrow.parquet": (
        Takes("read_table", 0, "source", to_read),
        Takes("write_table", 1, "where", to_write),
        Takes("ParquetFile.__init__", 1, "source", to_read),
        Takes("ParquetWriter.__init__", 1, "where", to_write),
    ),
    "safetensors.numpy": (
        Takes("load_file", 0, "filename", to_read),
        Takes("save_file", 1, "filename", to_write),
    ),
    "safetensors.torch": (
        Takes("load_file", 0, "filename", to_read),
        Takes("save_file", 1, "filename", to_write),
    ),
    "soundfile": (
        Takes("read", 0, "file", to_read),
        Takes("write", 0, "file", to_write),
    ),
    "sqlite3": (Takes("connect", 0, "database", to_open),),
    "tables": (Takes("open_file", 0, "filename", FILES, 1),),
    "tf_keras": _DIRECTORY,
    "torch": (
        Takes("save", 1, "f", to_write),
        Takes("load", 0, "f", to_read),
        Takes("jit.save", 1, "f", to_write),
        Takes("jit.load", 0, "f", to_read),
        Takes("onnx.export", 2, "f", to_write),
    ),
    "torch.utils.tensorboard": (Takes("SummaryWriter.__init__", 1, "log_dir", to_write),),
    "xgboost": (
        Takes("Booster.save_model", 1, "fname", to_write),
        Takes("Booster.load_model", 1, "fname", to_read),
        Takes("DMatrix.__init__", 1, "data", to_read),
    ),
}
"""Module -> its functions that take a path."""


def redirect_libraries(watcher: ImportWatcher) -> Undo:
    """Redirect a trial's relative paths in these libraries, whenever the code imports them.

    Args:
        watcher: watcher for the import.

    Returns:
        A function that restores each of them.
    """
    undo: list[Undo] = []
    for name, functions in FUNCTIONS.items():
        watcher.watch(name, lambda module, functions=functions: undo.extend(hook(module, functions)))  # type: ignore[misc]

    def unhook() -> None:
        for give_back in undo:
            give_back()

    return unhook
