"""Tables of the effects of builtins, methods of containers and well-known functions on their arguments."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

SEEDING = frozenset(
    {
        "keras.utils.set_random_seed",
        "numpy.random.seed",
        "random.seed",
        "tensorflow.compat.v1.set_random_seed",
        "tensorflow.keras.utils.set_random_seed",
        "tensorflow.random.set_random_seed",
        "tensorflow.random.set_seed",
        "tensorflow.set_random_seed",
        "tf_keras.utils.set_random_seed",
        "torch.cuda.manual_seed",
        "torch.cuda.manual_seed_all",
        "torch.manual_seed",
    }
)
"""Calls that seed random numbers; the template's own ones run in every trial."""

STATE_SETTERS = {
    "numpy.random.set_state": "numpy",
    "random.setstate": "random",
    "tensorflow.random.set_global_generator": "tensorflow",
    "torch.set_rng_state": "torch",
}
"""Calls that set the state of a random generator -> its package."""

SETTERS = ("basicConfig", "disable_", "enable_", "filterwarnings", "set", "simplefilter")
"""Beginnings of the names of functions that set an option of their package for everybody."""

SETTING = frozenset(
    {
        *("addFilter", "addHandler", "alarm", "captureWarnings", "chdir", "dictConfig", "disable", "enable"),
        *("field_size_limit", "fileConfig", "putenv", "rc", "rcdefaults", "removeHandler", "reset_option"),
        *("reset_tzpath", "resetwarnings", "run_functions_eagerly", "signal"),
        *("stack_size", "tzset", "umask", "unsetenv", "use"),
    }
)
"""Names of others."""

ADDING = frozenset(
    {
        *("copyreg.pickle", "logging.addLevelName", "mimetypes.add_type", "mimetypes.init"),
        *("urllib.request.install_opener",),
    }
)
"""Functions of Python that add to a table which others look into, beside those named after registering."""

REGISTERING = frozenset({"finalize", "register", "register_error", "addaudithook"})
"""Names of functions that have their package call what they are given, later."""

LOGGING = frozenset(
    {
        *("critical", "debug", "error", "exception", "fatal", "handle", "info", "log", "warn", "warning"),
    }
)
"""Functions of ``logging``, and methods of loggers, that write to a log."""

STREAMS = "sys.stdout"
"""Stands for the streams of the process among packages whose options are set: what code prints goes there."""

SHARED_OBJECTS = frozenset(
    {
        *("jax.config", "logging.root", "matplotlib.pyplot.rcParams", "matplotlib.rcParams", "os.environ"),
        *("pandas.options", "sys.argv", "sys.meta_path", "sys.modules", "sys.path", "sys.path_hooks"),
        *("warnings.filters",),
    }
)
"""Objects of packages that hold options for everybody."""

SHARED_MAKERS = frozenset(
    {"contextvars.ContextVar", "decimal.getcontext", "logging.getLogger", "tensorflow.get_logger"}
)
"""Functions that hand out such an object, or make one."""

KNOWN_PACKAGES = frozenset(
    {
        *("IPython", "PIL", "catboost", "cv2", "datasets", "elephas", "flax", "gensim", "h5py"),
        *("hyperas", "hyperopt", "hypertemplate", "imblearn", "jax", "joblib", "keras", "keras_tuner"),
        *("lightgbm", "matplotlib", "mlflow", "nltk", "numpy", "optax", "pandas", "plotly", "polars"),
        *("psutil", "pyspark", "requests", "scikeras", "scipy", "seaborn", "skimage", "sklearn", "spacy"),
        *("statsmodels", "tensorboard", "tensorflow", "tensorflow_addons", "tensorflow_datasets"),
        *("tensorflow_hub", "tf_keras", "torch", "torchmetrics", "torchvision", "tqdm", "transformers"),
        *("wandb", "xgboost", "yaml"),
    }
)
"""Packages whose functions keep nothing between calls but options that are set."""

FIRST_ARGUMENT = frozenset(
    {
        *("bisect.insort", "bisect.insort_left", "bisect.insort_right", "delattr", "setattr"),
        *("contextlib.redirect_stderr", "contextlib.redirect_stdout"),
        *("heapq.heapify", "heapq.heappop", "heapq.heappush", "heapq.heappushpop", "heapq.heapreplace"),
        *("numpy.copyto", "numpy.fill_diagonal", "numpy.place", "numpy.put", "numpy.put_along_axis"),
        *("numpy.add.at", "numpy.maximum.at", "numpy.minimum.at", "numpy.multiply.at", "numpy.subtract.at"),
        *("numpy.putmask", "numpy.random.shuffle", "operator.delitem", "operator.setitem", "random.shuffle"),
        *("operator.iadd", "operator.iand", "operator.iconcat", "operator.ifloordiv", "operator.ilshift"),
        *("operator.imatmul", "operator.imod", "operator.imul", "operator.ior", "operator.ipow"),
        *("operator.irshift", "operator.isub", "operator.itruediv", "operator.ixor"),
    }
)
"""Functions that change their first argument."""

SECOND_ARGUMENT = frozenset({"ctypes.memmove", "ctypes.memset", "struct.pack_into"})
"""Functions that change their first or second argument."""

FILLING = frozenset({"pack_into", "readinto", "recv_into", "shuffle"})
"""Methods that change their first argument: of a generator, since a Dataset hands back another one."""

MUTATING = frozenset(
    {
        *("add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert", "pop"),
        *("popitem", "popleft", "remove", "reverse", "rotate", "setdefault", "sort", "update", "write"),
        *("writelines", "send", "throw", "close", "__delattr__", "__delitem__", "__iadd__", "__setattr__"),
        *("__setitem__", "__setstate__"),
    }
)
"""Methods that change the list, set, dict, deque, file or generator that they belong to."""

KEEPING = frozenset(
    {"add", "append", "appendleft", "insert", "put", "setdefault", "__setattr__", "__setitem__"}
)
"""Methods that put their arguments into their object as they are."""

TAKING_ITEMS = frozenset({"extend", "extendleft", "update", "__iadd__", "__setstate__"})
"""Methods that put the items of their arguments into their object."""

GIVING_ITEMS = frozenset(
    {
        *("copy", "get", "items", "keys", "pop", "popitem", "popleft", "setdefault", "values"),
        *("ravel", "reshape", "squeeze", "swapaxes", "transpose", "view"),
    }
)
"""Methods whose result is, or holds, a part of their object: of containers, and views of arrays."""

GIVING_PARTS = frozenset(
    {
        *("children", "modules", "named_children", "named_modules", "named_parameters", "parameters"),
        *("find", "findall", "getElementById", "getElementsByTagName", "getparent", "getroot", "iter"),
        *("get_layer", "get_parameter", "get_submodule", "iterfind"),
    }
)
"""Methods of libraries whose result is, or gives, parts of their object: of documents and networks."""

ARRAY_VIEWS = frozenset(
    f"numpy.{name}"
    for name in (
        *("array_split", "asanyarray", "asarray", "atleast_1d", "atleast_2d", "atleast_3d", "diagonal"),
        *(
            "dsplit",
            "expand_dims",
            "flip",
            "fliplr",
            "flipud",
            "frombuffer",
            "hsplit",
            "lib.stride_tricks.as_strided",
        ),
        *("lib.stride_tricks.sliding_window_view", "moveaxis", "ndenumerate", "nditer", "rollaxis", "rot90"),
        *("split", "vsplit"),
    )
)
"""Functions whose result is, or gives, views of an array, which writing to them changes."""

UNARY = frozenset(
    {
        *(
            "abs",
            "absolute",
            "arccos",
            "arcsin",
            "arctan",
            "cbrt",
            "ceil",
            "conj",
            "conjugate",
            "cos",
            "cosh",
        ),
        *("exp", "exp2", "expm1", "fabs", "floor", "invert", "isfinite", "isnan", "log", "log10", "log1p"),
        *("log2", "logical_not", "negative", "positive", "reciprocal", "rint", "sign", "sin", "sinh", "sqrt"),
        *("square", "tan", "tanh", "trunc"),
    }
)
"""Functions of NumPy that write to a second argument."""

BINARY = frozenset(
    {
        *(
            "add",
            "arctan2",
            "bitwise_and",
            "bitwise_or",
            "bitwise_xor",
            "divide",
            "dot",
            "equal",
            "float_power",
        ),
        *("floor_divide", "fmax", "fmin", "fmod", "greater", "hypot", "less", "logaddexp", "logical_and"),
        *("logical_or", "matmul", "maximum", "minimum", "mod", "multiply", "power", "remainder", "subtract"),
        *("true_divide",),
    }
)
"""Functions of NumPy that write to a third argument."""

WRITTEN_TO: Mapping[str, int] = {
    **dict.fromkeys(UNARY | {"fix", "frexp", "isneginf", "isposinf", "modf"}, 1),
    **dict.fromkeys(BINARY | {"heaviside", "ldexp", "nextafter", "outer"}, 2),
    **dict.fromkeys(("all", "amax", "amin", "any", "argmax", "argmin", "around", "choose", "max"), 2),
    **dict.fromkeys(("median", "min", "nanmax", "nanmedian", "nanmin", "ptp", "round", "round_"), 2),
    **dict.fromkeys(("clip", "compress", "cumprod", "cumsum", "mean", "nancumsum", "nanmean", "nansum"), 3),
    **dict.fromkeys(("nanpercentile", "nanquantile", "percentile", "prod", "quantile", "std", "sum"), 3),
    **dict.fromkeys(("take", "var"), 3),
}
"""Functions of NumPy -> position of the argument that they write their result to; of a method, one less."""

WRITTEN_BY_KEYWORD = ("out", "output", "dst")
"""Arguments into which functions and methods of libraries write their result: of SciPy, of OpenCV."""

ARRAY_MUTATING = frozenset(
    {"byteswap", "fill", "itemset", "partition", "put", "resize", "setfield", "setflags"}
)
"""Methods that change the array that they belong to, beside those of lists."""

CHANGING = ("add_", "fit", "load_state", "partial_fit", "reset_", "set_", "update_")
"""Beginnings of the names of methods that change their object, also where something uses their result."""

CHANGING_NOTHING = frozenset(
    {
        *(
            "add_categories",
            "add_prefix",
            "add_suffix",
            "fit_score",
            "reset_index",
            "set_axis",
            "set_categories",
        ),
        *("set_codes", "set_flags", "set_index", "set_levels", "set_names", "set_sorted"),
    }
)
"""Methods of tables that begin so, and return another table."""

CLASSES_OF_DATA = frozenset({"array", "defaultdict", "deque", "ndarray", "matrix", "recarray"})
"""Classes of libraries whose names are in lower case."""

FILLED_BY_READING = "collections.defaultdict"
"""Class of the containers that get an item when code reads one that they do not have."""

PLAIN_METHODS = frozenset(
    {
        *("all", "any", "argmax", "argmin", "astype", "count", "decode", "encode", "endswith", "format"),
        *("index", "isdigit", "item", "join", "lower", "lstrip", "max", "mean", "min", "nunique", "replace"),
        *("rstrip", "split", "splitlines", "startswith", "std", "strip", "sum", "title", "upper", "var"),
        *("__len__", "__repr__", "__str__", "tolist"),
    }
)
"""Methods that change nothing and whose result holds nothing of their object."""

PLAIN_ATTRIBUTES = frozenset({"dtype", "itemsize", "nbytes", "ndim", "shape", "size"})
"""Attributes that are numbers, texts or tuples of these."""

PLAIN_CALLS = frozenset(
    {
        *("abs", "all", "any", "ascii", "bin", "bool", "bytes", "callable", "chr", "complex", "divmod"),
        *("float", "format", "hasattr", "hash", "hex", "id", "int", "isinstance", "issubclass", "len", "oct"),
        *("ord", "pow", "print", "range", "repr", "round", "slice", "str", "sum"),
    }
)
"""Builtins that change nothing and whose result holds nothing of their arguments."""

HOLDING_CALLS = frozenset(
    {
        *("dict", "enumerate", "filter", "frozenset", "iter", "list", "map", "max", "memoryview", "min"),
        *("next", "reversed", "set", "sorted", "super", "tuple", "type", "zip", "classmethod"),
        *("staticmethod", "property", "getattr", "object"),
    }
)
"""Builtins whose result is, or holds, their arguments or the items of these."""

CALLING = frozenset(
    {
        *("filter", "functools.reduce", "map", "max", "min", "numpy.apply_along_axis"),
        *("numpy.apply_over_axes", "sorted"),
    }
)
"""Functions that call an argument with the items of the others."""

HOLDING_PACKAGES = frozenset(
    {"collections", "contextlib", "copy", "dataclasses", "functools", "itertools", "operator", "types"}
)
"""Packages of Python whose functions return, or hold, their arguments, and cost nothing."""

CHEAP_PACKAGES = HOLDING_PACKAGES | {"abc", "enum", "math", "re", "string", "typing", "warnings"}
"""Packages whose functions may run again in each trial unnoticed."""

VIEWS = frozenset({"collections.ChainMap", "types.MappingProxyType"})
"""Classes whose objects show their first argument, and change it."""

COPYING = frozenset({"copy.deepcopy"})
"""Functions whose result holds nothing of their arguments."""

REMAKING = frozenset({"copy.replace", "dataclasses.replace"})
"""Functions that make another object of the class of their first argument."""

DYNAMIC = frozenset({"eval", "exec", "globals", "locals", "vars"})
"""Builtins that can read and bind any name."""

SHOWING = frozenset(
    {
        *("barplot", "describe", "display", "head", "heatmap", "hist", "imshow", "info", "legend"),
        *("plot", "plot_model", "print", "scatter", "show", "summary", "tail", "title", "xlabel", "ylabel"),
    }
)
"""Calls that only show something."""

PATCHES = "unittest.mock.patch"
"""Beginning of the paths of functions whose result changes what they are given, once it is started."""

COMMAND_LINES = frozenset({"absl", "argparse", "click", "docopt", "fire", "getopt", "optparse", "typer"})
"""Packages that read the arguments of the process."""

PROGRAMS = frozenset({"asyncio", "pexpect", "pty", "sh", "subprocess"})
"""Packages that start other programs, which get the variables of the environment."""

TELLING_TIME = ("datetime", "pandas", "time")
"""Packages that read the time zone from the environment."""

SHOWN_IN = frozenset({"buf", "file", "stream"})
"""Arguments of such calls into which they write, instead of the output of the process."""

CACHES = frozenset({"functools.cache", "functools.lru_cache", "functools.cached_property"})
"""Decorators that cache a function's results."""

OPERATORS = frozenset(
    f"__{name}__"
    for name in (
        *("abs", "add", "aiter", "and", "anext", "bool", "bytes", "contains", "del", "delattr", "delete"),
        *("delitem", "dir", "divmod", "enter", "eq", "exit", "float", "floordiv", "format", "ge", "get"),
        *("getattr", "getattribute", "getitem", "gt", "hash", "iadd", "iand", "ifloordiv", "ilshift"),
        *(
            "imatmul",
            "imod",
            "imul",
            "index",
            "int",
            "invert",
            "ior",
            "ipow",
            "irshift",
            "isub",
            "iter",
            "itruediv",
        ),
        *("ixor", "le", "len", "length_hint", "lshift", "lt", "matmul", "missing", "mod", "mul", "ne", "neg"),
        *("next", "or", "pos", "pow", "radd", "rand", "repr", "reversed", "rfloordiv", "rlshift", "rmatmul"),
        *("rmod", "rmul", "ror", "round", "rpow", "rrshift", "rshift", "rsub", "rtruediv", "rxor", "set"),
        *("setattr", "setitem", "str", "sub", "truediv", "trunc", "xor"),
    )
)
"""Methods that operators, builtins, loops, ``with`` and attributes call."""

PLOTTING = frozenset(
    {
        *("IPython", "altair", "bokeh", "matplotlib", "missingno", "plotly", "plotnine", "pprint", "pylab"),
        *("seaborn", "wandb", "yellowbrick"),
    }
)
"""Packages that only show something."""

COMPUTING = frozenset(
    {
        *("catboost", "imblearn", "lightgbm", "numpy", "pandas", "polars", "scipy", "skimage", "sklearn"),
        *("statsmodels", "xgboost"),
    }
)
"""Packages whose functions leave nothing behind, options and random numbers apart."""

FIGURES = frozenset({"matplotlib", "missingno", "pylab", "seaborn", "yellowbrick"})
"""Packages whose functions draw on the figure that the process is at."""

BEGUN = frozenset({"matplotlib", "mlflow", "wandb"})
"""Packages of which later calls add to what an earlier one has begun: a figure, the record of a run."""

BEGINNING = frozenset({"clf", "close", "figure", "init", "start_run", "subplot_mosaic", "subplots"})
"""Functions of theirs that begin it."""

STYLING = frozenset(
    {
        *(
            "init",
            "ioff",
            "ion",
            "login",
            "rc",
            "set",
            "set_context",
            "set_palette",
            "set_style",
            "set_theme",
        ),
        *("switch_backend", "use"),
    }
)
"""Functions of packages that show something which set up what is shown later."""

OF_MODELS = frozenset(
    {
        *("compile", "evaluate", "fit", "fit_generator", "fit_predict", "fit_transform", "partial_fit"),
        *("predict", "predict_proba", "score", "transform"),
    }
)
"""Methods of models and estimators, which are known to change nothing else."""

GIVING_DATA = frozenset(
    {
        *("decision_function", "evaluate", "fit_transform", "get_weights", "inverse_transform", "predict"),
        *("predict_classes", "predict_log_proba", "predict_proba", "score", "texts_to_matrix"),
        *("texts_to_sequences", "transform"),
    }
)
"""Methods whose result is data, whatever they are called on."""

PYTHON_WITHOUT_STATE = frozenset(
    {
        *("abc", "ast", "base64", "bisect", "builtins", "calendar", "cmath", "collections", "contextlib"),
        *("contextvars", "copy", "dataclasses", "datetime", "decimal", "enum", "fnmatch", "fractions"),
        *("functools", "gc", "getpass", "glob", "heapq", "html", "importlib", "inspect", "ipaddress"),
        *("itertools", "json", "keyword", "locale", "logging", "math", "numbers", "operator", "os"),
        *("pathlib", "platform", "pprint", "random", "re", "shlex", "shutil", "statistics", "string"),
        *("subprocess", "sys", "tempfile", "textwrap", "time", "timeit", "traceback", "types", "typing"),
        *("unicodedata", "unittest", "uuid", "warnings", "zoneinfo"),
    }
)
"""Modules of Python that make no object with a state, or of which other tables know it."""

BIT_GENERATORS = frozenset(
    f"numpy.random.{name}" for name in ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64", "SeedSequence")
)
"""Objects of NumPy below its generators, which draw."""

STAR = "*."
"""Package of the names that no statement binds, of which star imports may have some."""

OUTSIDE_CALLS = frozenset({"exit", "quit"})
"""Builtins that leave something outside the template."""

ENDS = frozenset({"builtins.exit", "builtins.quit", "os._exit", "sys.exit"})
"""Functions that end the process."""

_SHOWS = ("describe", "display", "pairplot", "plot", "pprint", "print", "show", "visuali")
_LEAVES = ("os.popen", "os.system", "subprocess.")


def keeps_state(path: str) -> bool:
    """Tell whether calling a dotted path makes an object of Python's own that keeps a state.

    Such are queues, buffers, connections, pools and locks: they change with whatever is called on them, and
    with what gets them, as in ``queue.get()`` and ``df.to_sql("t", connection)``.
    """
    package = path.split(".")[0]
    return path in BIT_GENERATORS or (
        package in sys.stdlib_module_names and package not in PYTHON_WITHOUT_STATE
    )


def changes_object(name: str) -> bool:
    """Tell whether a library's method changes its object, by its name."""
    return name.startswith(CHANGING) and name not in CHANGING_NOTHING


def is_method_of_class(path: str) -> bool:
    """Tell whether a dotted path is that of a method which changes its first argument: ``deque.append``."""
    owner, _, name = path.rpartition(".")
    last = owner.rpartition(".")[2]
    if not last[:1].isupper() and last not in CLASSES_OF_DATA:
        return False
    return name in MUTATING | ARRAY_MUTATING or changes_object(name)


def is_known(package: str) -> bool:
    """Tell whether a package is the standard library's or well known; all others are the user's own."""
    return package in sys.stdlib_module_names or package in KNOWN_PACKAGES


def shows(path: str) -> bool:
    """Tell whether a function or method only shows something, by its name or its package."""
    package, _, rest = path.partition(".")
    last = path.rpartition(".")[2]
    by_name = last in SHOWING or last.startswith(_SHOWS)
    return package in PLOTTING or (by_name and (not rest or is_known(package))) or path == f"{STAR}display"


def heard_by(path: str) -> Iterator[str]:
    """Yield the packages whose handlers, or whose stream, hear what a function or method writes.

    Args:
        path: dotted path of the function, or the name of the method behind a dot.
    """
    package, dot, last = path.rpartition(".")
    if dot and last in LOGGING and package in ("", "logging"):
        yield "logging"
    if shows(path.removeprefix(".")):
        yield STREAMS


def acts(path: str, *, alone: bool) -> bool:
    """Tell whether calling an imported function may leave something outside the template.

    Args:
        path: dotted path of the function.
        alone: whether its result is not used, so that it is called for what it does.
    """
    package, last = path.split(".")[0], path.rpartition(".")[2]
    if package in PLOTTING:
        return last in STYLING
    if shows(path):
        return False
    if path in SEEDING or last.startswith(SETTERS) or "register" in last:
        return True
    if package in COMPUTING:
        return alone and path.startswith("numpy.random.")
    return not is_known(package) or (alone and not last[:1].isupper()) or path.startswith(_LEAVES)


def adds_to_table(path: str) -> bool:
    """Tell whether a function of Python adds to a table that others look into, or takes from it."""
    package, last = path.split(".")[0], path.rpartition(".")[2]
    return path in ADDING or (
        package in sys.stdlib_module_names and last.startswith(("register", "unregister"))
    )


def sets_option(path: str) -> bool:
    """Tell whether a function, by its name, sets an option of its package, or seeds."""
    last = path.rpartition(".")[2]
    return path in SEEDING | STATE_SETTERS.keys() or sets_by_name(last) or last in STYLING - BEGINNING


def sets_by_name(name: str) -> bool:
    """Return True if a function or method of this name sets an option."""
    return name.startswith(SETTERS) or name in SETTING


def keeps_order(path: str) -> bool:
    """Tell whether a function that is called for its effect acts on what others of its package acted on.

    A logger writes line by line, and a summary goes to the writer of the process.
    """
    package = path.split(".")[0]
    if package in COMPUTING or path in FIRST_ARGUMENT | SECOND_ARGUMENT:
        return False
    return is_known(package) and not sets_option(path)


def draws_by_name(path: str) -> bool:
    """Tell whether a function or method, by its name, may draw on the figure that the process is at."""
    # Also `df.plot.bar(...)` and `RocCurveDisplay.from_predictions(...)`.
    return any(one.endswith(("hist", "plot", "Display")) or "plot_" in one for one in path.split(".")[-2:])


def gives_own(path: str) -> bool:
    """Tell whether an imported function may return an object that its module keeps: a registry, a logger."""
    package, last = path.split(".")[0], path.rpartition(".")[2]
    return package not in PLOTTING | COMPUTING and not last[:1].isupper()
