"""Tables of the calls that read or write files: which argument is the path, and what is done with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.files.file_access import Use
from hypertemplate.compiler.dataflow.files.path_pattern import FOLDER, ONE_FILE, Extent

_READS, _WRITES, _BOTH = Use.READS, Use.WRITES, Use.READS | Use.WRITES
_REMOVES = Use.WRITES | Use.REMOVES
_EITHER = _BOTH | Use.PERHAPS
_LOADS = Use.READS | Use.SAVED
_LATER = Use.WRITES | Use.LATER
_LOGS = _LATER | Use.ADDS
_KERAS = re.compile(r"(?:tensorflow\.keras|tensorflow\.python\.keras|tf_keras|keras)\.")
_NAME = Extent(suffix="*")


@dataclass(frozen=True, slots=True)
class FileCall:
    """Argument of a call that is a path.

    Attributes:
        keyword: its keyword.
        use: what the call does with the path.
        position: its position.
        mode: position of the argument that says whether the call reads or writes, if one does; -1 for a
            keyword alone. `use` is then what the call does without it.
        default: path where the argument is not given.
        extent: which files the path stands for.
    """

    keyword: str
    use: Use
    position: int = 0
    mode: int | None = None
    default: str = ""
    extent: Extent = ONE_FILE


def _reading(
    keyword: str, *names: str, position: int = 0, use: Use = _READS
) -> dict[str, tuple[FileCall, ...]]:
    return dict.fromkeys(names, (FileCall(keyword, use, position),))


def _writing(keyword: str, *names: str, position: int = 0) -> dict[str, tuple[FileCall, ...]]:
    return dict.fromkeys(names, (FileCall(keyword, _WRITES, position),))


def _moving(first: Use, *names: str) -> dict[str, tuple[FileCall, ...]]:
    return dict.fromkeys(names, (FileCall("src", first), FileCall("dst", _WRITES, 1)))


def _opening(keyword: str, *names: str, mode: int = 1) -> dict[str, tuple[FileCall, ...]]:
    return dict.fromkeys(names, (FileCall(keyword, _READS, mode=mode),))


OPENED: Mapping[str, tuple[FileCall, ...]] = {
    **_opening("file", "open", "io.open", "zipfile.ZipFile"),
    **_opening("filename", "bz2.open", "codecs.open", "gzip.open", "gzip.GzipFile", "lzma.open"),
    **_opening("name", "tarfile.open", "tensorflow.io.gfile.GFile", "tensorflow.gfile.GFile", "h5py.File"),
    **_opening("path", "os.open", "wave.open"),
    "pandas.HDFStore": (FileCall("path", _BOTH, mode=1),),
    "pandas.ExcelWriter": (FileCall("path", _WRITES),),
}
"""Functions that open a file, and whose result stands for it: its mode says what is done."""

_NUMPY = {
    "numpy.save": (FileCall("file", _WRITES, extent=Extent(suffix=".npy")),),
    **dict.fromkeys(
        ("numpy.savez", "numpy.savez_compressed"), (FileCall("file", _WRITES, extent=Extent(suffix=".npz")),)
    ),
    **_writing("fname", "numpy.savetxt"),
    **_reading("file", "numpy.load", "numpy.fromfile"),
    **_reading("fname", "numpy.loadtxt", "numpy.genfromtxt"),
    "numpy.memmap": (FileCall("filename", _BOTH, mode=2),),
    "numpy.lib.format.open_memmap": (FileCall("filename", _BOTH, mode=1),),
}

_TABLES = {
    **_reading(
        "filepath_or_buffer",
        *("pandas.read_csv", "pandas.read_table", "pandas.read_fwf", "pandas.read_pickle", "pandas.read_sas"),
    ),
    **_reading("path", "pandas.read_parquet", "pandas.read_feather", "pandas.read_orc", "pandas.read_spss"),
    **_reading("path_or_buf", "pandas.read_hdf", "pandas.read_json"),
    **_reading("io", "pandas.read_excel", "pandas.read_html"),
    **_reading("source", "polars.read_csv", "polars.read_parquet", "polars.scan_csv", "polars.scan_parquet"),
    **_reading("file", "scipy.io.loadmat", "scipy.sparse.load_npz", "librosa.load"),
    **_writing("file_name", "scipy.io.savemat"),
    "scipy.sparse.save_npz": (FileCall("file", _WRITES, extent=Extent(suffix=".npz")),),
    "sqlite3.connect": (FileCall("database", _EITHER),),
    "shelve.open": (FileCall("filename", _EITHER, extent=FOLDER),),
    **dict.fromkeys(("logging.FileHandler", "logging.basicConfig"), (FileCall("filename", _LOGS),)),
    **dict.fromkeys(
        (
            *("logging.handlers.RotatingFileHandler", "logging.handlers.TimedRotatingFileHandler"),
            "logging.handlers.WatchedFileHandler",
        ),
        (FileCall("filename", _LOGS),),
    ),
}

_IMAGES = {
    **_reading("filename", "cv2.imread", "imageio.imread", "skimage.io.imread", "PIL.Image.open"),
    **_reading("fname", "matplotlib.pyplot.imread", "matplotlib.image.imread"),
    **_writing("filename", "cv2.imwrite", "skimage.io.imsave"),
    **_writing("uri", "imageio.imwrite", "imageio.imsave"),
    "matplotlib.pyplot.imsave": (FileCall("fname", _WRITES, extent=_NAME),),
    "matplotlib.pyplot.savefig": (FileCall("fname", _WRITES, extent=_NAME),),
}

_PICKLES = {
    **_writing("filename", "joblib.dump", position=1),
    **_reading("filename", "joblib.load", use=_LOADS),
    **_writing("file", "pickle.dump", "cloudpickle.dump", "dill.dump", position=1),
    **_reading("file", "pickle.load", "cloudpickle.load", "dill.load", use=_LOADS),
    **_writing("fp", "json.dump", position=1),
    **_reading("fp", "json.load"),
    **_writing("stream", "yaml.dump", "yaml.safe_dump", position=1),
    **_writing("f", "torch.save", position=1),
    **_reading("f", "torch.load", use=_LOADS),
    "transformers.TrainingArguments": (FileCall("output_dir", _LATER, extent=FOLDER),),
    "torch.utils.tensorboard.SummaryWriter": (FileCall("log_dir", _LATER, default="runs", extent=FOLDER),),
    **_reading("fname", "lightgbm.Booster.load_model", "xgboost.Booster.load_model", use=_LOADS),
    "lightgbm.Booster": (FileCall("model_file", _LOADS, 2),),
    "xgboost.Booster": (FileCall("model_file", _LOADS, 2),),
    **_reading("file", "safetensors.torch.load_file", "safetensors.numpy.load_file", use=_LOADS),
    **_writing("filename", "safetensors.torch.save_file", "safetensors.numpy.save_file", position=1),
}

_FOLDERS = {
    **_moving(_READS, "shutil.copy", "shutil.copy2", "shutil.copyfile"),
    **_moving(_READS | _REMOVES, "shutil.move", "os.rename", "os.replace"),
    "shutil.copytree": (FileCall("src", _READS, extent=FOLDER), FileCall("dst", _WRITES, 1, extent=FOLDER)),
    "shutil.rmtree": (FileCall("path", _REMOVES, extent=FOLDER),),
    "shutil.make_archive": (
        FileCall("base_name", _WRITES, extent=FOLDER),
        FileCall("root_dir", _READS, 2, extent=FOLDER),
    ),
    "shutil.unpack_archive": (
        FileCall("filename", _READS),
        FileCall("extract_dir", _WRITES, 1, extent=FOLDER),
    ),
    **dict.fromkeys(("os.remove", "os.unlink", "tensorflow.io.gfile.remove"), (FileCall("path", _REMOVES),)),
    **_reading("path", "os.path.exists", "os.path.isfile", "os.stat", "tensorflow.io.gfile.exists"),
    **_reading("s", "os.path.isdir"),
    **_reading("filename", "os.path.getsize", "os.path.getmtime", "os.path.getctime", "os.path.getatime"),
    **dict.fromkeys(
        ("os.listdir", "os.scandir", "tensorflow.io.gfile.listdir"),
        (FileCall("path", _READS, default=".", extent=FOLDER),),
    ),
    "os.walk": (FileCall("top", _READS, extent=FOLDER),),
    "filecmp.cmp": (FileCall("f1", _READS), FileCall("f2", _READS, 1)),
}

_TENSORFLOW = {
    **_writing("filename", "tensorflow.io.write_file", "tensorflow.write_file"),
    **_reading("filename", "tensorflow.io.read_file", "tensorflow.read_file"),
    **dict.fromkeys(
        ("tensorflow.io.TFRecordWriter", "tensorflow.python_io.TFRecordWriter"),
        (FileCall("path", _WRITES),),
    ),
    **_reading("filenames", *(f"tensorflow.data.{n}Dataset" for n in ("TFRecord", "TextLine"))),
    "tensorflow.data.FixedLengthRecordDataset": (FileCall("filenames", _READS),),
    "tensorflow.data.experimental.CsvDataset": (FileCall("filenames", _READS),),
    "tensorflow.data.experimental.make_csv_dataset": (FileCall("file_pattern", _READS),),
    "tensorflow.data.experimental.snapshot": (FileCall("path", _LATER, extent=FOLDER),),
    "tensorflow.data.experimental.save": (FileCall("path", _WRITES, 1, extent=FOLDER),),
    **dict.fromkeys(
        ("tensorflow.data.Dataset.load", "tensorflow.data.experimental.load"),
        (FileCall("path", _READS, extent=FOLDER),),
    ),
    "tensorflow.saved_model.save": (FileCall("export_dir", _WRITES, 1, extent=FOLDER),),
    "tensorflow.saved_model.load": (FileCall("export_dir", _LOADS, extent=FOLDER),),
    "tensorflow.summary.create_file_writer": (FileCall("logdir", _LATER, extent=FOLDER),),
    "tensorflow.train.latest_checkpoint": (FileCall("checkpoint_dir", _LOADS, extent=FOLDER),),
    "tensorflow.train.load_checkpoint": (FileCall("ckpt_dir_or_file", _LOADS, extent=FOLDER),),
    "tensorflow.train.load_variable": (FileCall("ckpt_dir_or_file", _LOADS, extent=FOLDER),),
    "tensorflow.train.list_variables": (FileCall("ckpt_dir_or_file", _LOADS, extent=FOLDER),),
    "tensorflow.train.CheckpointManager": (FileCall("directory", _BOTH | Use.LATER, 1, extent=FOLDER),),
}

FUNCTIONS: Mapping[str, tuple[FileCall, ...]] = {
    **OPENED,
    **_NUMPY,
    **_TABLES,
    **_IMAGES,
    **_PICKLES,
    **_FOLDERS,
    **_TENSORFLOW,
}
"""Functions and classes by their dotted paths."""

_OF_KERAS: Mapping[str, FileCall] = {
    "callbacks.BackupAndRestore": FileCall("backup_dir", _LATER, extent=FOLDER),
    "callbacks.CSVLogger": FileCall("filename", _LATER),
    "callbacks.ModelCheckpoint": FileCall("filepath", _LATER, extent=Extent(suffix="*", filled=True)),
    "callbacks.SwapEMAWeights": FileCall("filepath", _LATER, extent=Extent(filled=True)),
    "callbacks.TensorBoard": FileCall("log_dir", _LATER, default="logs", extent=FOLDER),
    "models.load_model": FileCall("filepath", _LOADS, extent=_NAME),
    "models.save_model": FileCall("filepath", _WRITES, 1, extent=_NAME),
    "saving.load_model": FileCall("filepath", _LOADS, extent=_NAME),
    "saving.load_weights": FileCall("filepath", _LOADS, 1, extent=_NAME),
    "saving.save_model": FileCall("filepath", _WRITES, 1, extent=_NAME),
    "saving.save_weights": FileCall("filepath", _WRITES, 1, extent=_NAME),
    "preprocessing.image_dataset_from_directory": FileCall("directory", _READS, extent=FOLDER),
    "preprocessing.text_dataset_from_directory": FileCall("directory", _READS, extent=FOLDER),
    "preprocessing.image.load_img": FileCall("path", _READS),
    "preprocessing.image.save_img": FileCall("path", _WRITES),
    "utils.image_dataset_from_directory": FileCall("directory", _READS, extent=FOLDER),
    "utils.text_dataset_from_directory": FileCall("directory", _READS, extent=FOLDER),
    "utils.load_img": FileCall("path", _READS),
    "utils.save_img": FileCall("path", _WRITES),
    "utils.plot_model": FileCall("to_file", _WRITES, 1, default="model.png"),
    "layers.TFSMLayer": FileCall("filepath", _LOADS, extent=FOLDER),
}
"""Functions and classes of Keras, below its name."""

METHODS: Mapping[str, tuple[FileCall, ...]] = {
    **dict.fromkeys(("to_csv", "to_json", "to_hdf"), (FileCall("path_or_buf", _WRITES, mode=-1),)),
    **_writing("excel_writer", "to_excel"),
    **_writing("path", "to_feather", "to_parquet", "to_pickle", "to_orc", "to_stata"),
    **_writing("buf", "to_html", "to_latex", "to_markdown"),
    **_writing("file", "write_csv", "write_parquet"),
    **_writing("fid", "tofile"),
    "savefig": (FileCall("fname", _WRITES, extent=_NAME),),
    **dict.fromkeys(("save", "save_weights", "save_to_disk"), (FileCall("filepath", _WRITES, extent=_NAME),)),
    "export": (FileCall("filepath", _WRITES, extent=FOLDER),),
    "load_weights": (FileCall("filepath", _LOADS, extent=_NAME),),
    **_writing("fname", "save_model"),
    "save_pretrained": (FileCall("save_directory", _WRITES, extent=FOLDER),),
    "from_pretrained": (FileCall("pretrained_model_name_or_path", _LOADS, extent=FOLDER),),
    **_reading("fname", "load_model", use=_LOADS),
    "cache": (FileCall("filename", _LATER, extent=FOLDER),),
    "snapshot": (FileCall("path", _LATER, extent=FOLDER),),
    "extractall": (FileCall("path", _WRITES, default=".", extent=FOLDER),),
}
"""Methods of any object."""

_MADE: Mapping[str, Mapping[str, FileCall]] = {
    "tensorflow.data.": {
        "save": FileCall("path", _WRITES, extent=FOLDER),
        "cache": FileCall("filename", _LATER, extent=FOLDER),
    },
    "tensorflow.train.Checkpoint": {
        "save": FileCall("file_prefix", _WRITES, extent=FOLDER),
        "write": FileCall("file_prefix", _WRITES, extent=FOLDER),
        "restore": FileCall("save_path", _LOADS, extent=FOLDER),
        "read": FileCall("save_path", _LOADS, extent=FOLDER),
    },
    "PIL.": {"save": FileCall("fp", _WRITES)},
    "torch.": {"save": FileCall("f", _WRITES)},
}
"""Methods of what the calls of a library have made, by the beginnings of the calls' paths."""


@dataclass(frozen=True, slots=True)
class PathMethod:
    """Method of ``pathlib.Path``.

    Attributes:
        use: what it does with its path.
        lists: whether it looks for files in the folder that it is called on.
        only_of_paths: whether no other well-known object has a method of that name.
    """

    use: Use
    lists: bool = False
    only_of_paths: bool = True


PATH_METHODS: Mapping[str, PathMethod] = {
    **dict.fromkeys(("read_text", "read_bytes", "is_file"), PathMethod(_READS)),
    **dict.fromkeys(("exists", "is_dir", "stat"), PathMethod(_READS, only_of_paths=False)),
    **dict.fromkeys(("write_text", "write_bytes", "touch"), PathMethod(_WRITES)),
    "unlink": PathMethod(_REMOVES),
    "rename": PathMethod(_READS | _REMOVES, only_of_paths=False),
    **dict.fromkeys(("glob", "iterdir", "rglob"), PathMethod(_READS, lists=True)),
    "walk": PathMethod(_READS, lists=True, only_of_paths=False),
}
"""Methods of ``pathlib.Path``, which are called on the path itself."""

GLOBS = frozenset({"glob.glob", "glob.iglob", "tensorflow.io.gfile.glob", "tensorflow.io.matching_files"})
"""Functions that look for the files that a pattern stands for."""

PROCESSES = frozenset(
    {
        *("os.popen", "os.startfile", "os.system", "subprocess.Popen", "subprocess.call", "subprocess.run"),
        *("subprocess.check_call", "subprocess.check_output", "subprocess.getoutput"),
        *("subprocess.getstatusoutput", "os.posix_spawn", "os.posix_spawnp", "pty.spawn", "pexpect.run"),
        *(f"os.spawn{kind}" for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
        *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "pexpect.spawn"),
    }
)
"""Functions that start other programs, which may read and write any file."""

MOVES = frozenset({"contextlib.chdir", "os.chdir", "os.fchdir"})
"""Functions that change the working directory, by which relative paths are meant."""

_SAYS_WRITING = ("save", "dump", "write_", "export", "to_")
_SAYS_READING = ("load", "read", "restore", "from_file")


def of_function(path: str) -> tuple[FileCall, ...] | None:
    """Return the paths among the arguments of a function or class; None if nothing is known of it."""
    keras = _KERAS.match(path)
    if keras is None:
        owner, _, name = path.rpartition(".")
        of_class = owner.rpartition(".")[2][:1].isupper()
        return FUNCTIONS.get(path) or (METHODS.get(name) if of_class else None)
    call = _OF_KERAS.get(path[keras.end() :])
    return (call,) if call is not None else None


def of_method(name: str, makers: Iterable[str]) -> tuple[FileCall, ...] | None:
    """Return the paths among the arguments of a method; None if nothing is known of it.

    Args:
        name: name of the method.
        makers: dotted paths of the calls that may have made its object.
    """
    return tuple(_of_made(name, makers)) or METHODS.get(name)


def _of_made(name: str, makers: Iterable[str]) -> Iterator[FileCall]:
    for maker in makers:
        for start, methods in _MADE.items():
            if maker.startswith(start) and name in methods:
                yield methods[name]


def use_by_name(name: str) -> Use:
    """Return what a call seems to do with a path that it is given, by the name of what is called."""
    if name.startswith(_SAYS_WRITING):
        return Use.WRITES
    return _LOADS if name.startswith(_SAYS_READING) else _BOTH | Use.MENTIONED


def use_in_mode(mode: str | None) -> Use:
    """Return what is done with a file that is opened in a mode; None is one that is not known."""
    if mode is None:
        return _EITHER
    if set("wx") & set(mode):
        return _WRITES  # with "+" it reads no more than it has written itself
    adds = Use.ADDS if "a" in mode else Use(0)
    return adds | (_BOTH if "+" in mode else _WRITES if adds else _READS)
