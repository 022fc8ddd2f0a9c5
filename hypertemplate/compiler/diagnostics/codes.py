"""Codes of the diagnostics, each with a title and an explanation.

``make docs`` generates ``docs/diagnostics.rst`` from this table.
"""

from __future__ import annotations

import enum


class Code(enum.Enum):
    """A kind of finding.

    HT0xx: reading, HT1xx: markers, HT2xx: the search space, HT3xx: the program, HT4xx: values written back.
    """

    SYNTAX = "HT001"
    TOO_DEEP = "HT002"
    NO_MODEL = "HT003"
    NO_DATA = "HT004"
    NOT_A_FUNCTION = "HT005"
    JOIN = "HT006"
    DUPLICATE_FUNCTION = "HT007"
    MAGIC = "HT008"
    MISNAMED = "HT009"
    UNRETURNED_LOCAL = "HT010"
    PYTHON_2 = "HT011"
    SEVERAL_CALLS = "HT012"
    SHARED_NAME = "HT013"
    EDITED_CELL = "HT014"
    OUTDATED_FILE = "HT015"
    MARKER_CONTENT = "HT101"
    UNKNOWN_DISTRIBUTION = "HT102"
    ARGUMENTS = "HT103"
    BOUNDS = "HT104"
    OPTIONS = "HT105"
    PROBABILITIES = "HT106"
    LOG_BOUNDS = "HT107"
    NESTED_MARKER = "HT108"
    UNREACHED_MARKER = "HT109"
    MARKER_IN_FSTRING = "HT110"
    NOT_YET_DEFINED = "HT111"
    MARKER_IN_STRING = "HT112"
    UNCLOSED_MARKER = "HT113"
    SUBSCRIPTED_DRAW = "HT114"
    BARE_DRAW = "HT115"
    WHOLE_NUMBER = "HT116"
    DEFAULT = "HT117"
    COMMENT = "HT118"
    FROZEN_MARKER = "HT119"
    NO_MARKERS = "HT201"
    LABEL = "HT202"
    UNDEFINED_NAME = "HT301"
    RESERVED_NAME = "HT302"
    REPLACED_IMPORT = "HT303"
    MOVED_IMPORT = "HT304"
    OVERRULED = "HT305"
    OUTPUT = "HT306"
    RAN = "HT307"
    OLD_KERAS = "HT308"
    SCALE = "HT309"
    DISK_CACHE = "HT310"
    CALL = "HT311"
    NO_LOSS = "HT312"
    LEFT_OUT_DRAW = "HT313"
    REPEATED_DRAW = "HT314"
    NO_METRIC = "HT315"
    RANGE = "HT316"
    NOT_PLAIN = "HT401"

    @property
    def is_of_markers(self) -> bool:
        """True for findings about the contents of markers."""
        return self.value.startswith("HT1")

    @property
    def title(self) -> str:
        """Title of a few words, for a heading."""
        return EXPLANATIONS[self][0]

    @property
    def explanation(self) -> str:
        """Explanation: the problem, why it matters and what to do."""
        return EXPLANATIONS[self][1]


EXPLANATIONS: dict[Code, tuple[str, str]] = {
    Code.SYNTAX: (
        "the template does not parse",
        "A template is ordinary Python: to Python, a marker is a set in a set. Code that Python itself "
        "cannot parse cannot be compiled either.",
    ),
    Code.TOO_DEEP: (
        "code nested too deep",
        "Python's own parser gives up on brackets or operators nested this deep, and so does hypertemplate.",
    ),
    Code.NO_MODEL: (
        "no model function",
        "One function is the model: it builds, trains and scores. It is the one named with ``--model``, "
        "else the one that the file's own ``minimize(...)`` names, else ``model`` or ``create_model``. A "
        "function that only builds a network is not a model function; then the file itself must train and "
        "score the network, as a script does.",
    ),
    Code.NO_DATA: (
        "no data function",
        "A model function with parameters gets them from a data function: the one named with ``--data``, "
        "else the one that ``minimize(...)`` names, else ``data``.",
    ),
    Code.NOT_A_FUNCTION: (
        "the model or data is not a function of this file",
        "Data and model are plain functions (``def``) at the top level of the template.",
    ),
    Code.JOIN: (
        "model's parameters differ from what data returns",
        "What ``data()`` returns is passed to the model by name if every required parameter is among the "
        "returned names. It is passed by position if the counts agree and every returned name that is also a "
        "parameter is at its place; for this, ``X_train``, ``xtrain`` and ``train_x`` count as ``x_train``. "
        "Anything else is refused, since a guess would train on the wrong array.",
    ),
    Code.DUPLICATE_FUNCTION: (
        "a function is defined twice",
        "As in Python, the last definition counts. The first is often a forgotten copy.",
    ),
    Code.MAGIC: (
        "code that is left out of a cell and may be needed",
        "Cells are read as Python, without IPython: magics and shell commands are left out. Most do not "
        "matter. These do: ``%run other.py``, since the names that it defines are then missing; "
        "``files = !ls``, since ``files`` then has no value; and a cell under a magic such as ``%%cython``. "
        "``%env NAME=VALUE`` and ``%cd folder`` are kept, and so is the code under ``%%time``, "
        "``%%timeit``, ``%%capture`` and ``%%prun``.",
    ),
    Code.MISNAMED: (
        "a file that is not what its name says",
        "A file named ``.ipynb`` with the text of a program is read as Python, and a notebook under another "
        "name as a notebook. Other programs go by the name alone, so rename the file.",
    ),
    Code.UNRETURNED_LOCAL: (
        "a local variable of data that it does not return",
        "Hyperas pasted the body of ``data()`` into the module, so that a model could use variables that "
        "``data()`` never returns. This still works, but returning them shows what the model depends on.",
    ),
    Code.PYTHON_2: (
        "Python 2 source",
        "Python 2 has not been maintained since 2020, and no current framework runs on it. Its ``print``, "
        "``exec`` and ``except`` statements do not parse as Python 3; its ``xrange``, ``raw_input`` and "
        "other names, and modules such as ``urllib2``, no longer exist.",
    ),
    Code.SEVERAL_CALLS: (
        "calls of minimize that differ",
        "Several ``minimize(...)`` calls of one model give it different data. One search has one data "
        "function: name it with ``--data``. If calls give that function different ``data_args``, those of "
        "the first call count.",
    ),
    Code.SHARED_NAME: (
        "one name in two files",
        "A file beside the template that defines its model or data is compiled with it, as one module. A "
        "name that both files define has only one value there, the last one; an import would keep the two "
        "apart.",
    ),
    Code.EDITED_CELL: (
        "a cell that was edited after it ran",
        "In a notebook, what ran is what counts: it is what the functions in memory do. The cell that "
        "defines this function shows another text now; run the cell again if you mean the new text.",
    ),
    Code.OUTDATED_FILE: (
        "a file on the disk that is not as a cell writes it",
        "A search does not run ``%%writefile``, ``!echo ... > file`` and other shell commands: it finds the "
        "files that these write as they are on the disk. If the search imports or reads such a file, and it "
        "is missing or holds something else than a cell above says, the numbers would not be those of the "
        "notebook. Run the cell, or remove it. Layout and comments of a module do not count.",
    ),
    Code.MARKER_CONTENT: (
        "a marker must contain one distribution call",
        "``{{...}}`` contains exactly one call, such as ``{{uniform(0, 0.5)}}``. As ordinary Python, a set "
        "in a set always raises an error, so it can be nothing else.",
    ),
    Code.UNKNOWN_DISTRIBUTION: (
        "unknown distribution",
        "The distributions are hyperopt's: choice, pchoice, randint, uniform, quniform, uniformint, "
        "loguniform, qloguniform, normal, qnormal, lognormal, qlognormal.",
    ),
    Code.ARGUMENTS: (
        "the arguments do not fit the distribution",
        "Arguments go by position or by keyword, as the distribution's signature says.",
    ),
    Code.BOUNDS: (
        "bounds out of order",
        "The lower bound must be below the upper one. A step and a standard deviation must be above zero.",
    ),
    Code.OPTIONS: (
        "options that cannot be chosen from",
        "``choice`` takes one list of options with at least one in it.",
    ),
    Code.PROBABILITIES: (
        "probabilities that do not sum to 1",
        "``pchoice`` takes pairs of a probability and an option; the probabilities are between 0 and 1 "
        "and sum to 1.",
    ),
    Code.LOG_BOUNDS: (
        "bounds that look like values, not logarithms",
        "``loguniform(low, high)`` draws ``exp(uniform(low, high))``: its bounds are natural logarithms. "
        "``loguniform(1e-5, 1e-1)`` draws between 1.00001 and 1.105. With bounds that are values, write "
        "``uniform(1e-5, 1e-1, log=True)``.",
    ),
    Code.NESTED_MARKER: (
        "a marker inside a marker",
        "Inside a marker, distributions are written without braces: ``{{choice([0, uniform(1, 2)])}}``.",
    ),
    Code.UNREACHED_MARKER: (
        "a marker without effect",
        "Neither the data nor the model function uses this marker: its value has no effect on the loss.",
    ),
    Code.MARKER_IN_FSTRING: (
        "a marker inside an f-string",
        "Inside an f-string, ``{{`` is a literal brace, and Python versions read the rest differently. Give "
        "the value a name first and put the name into the f-string.",
    ),
    Code.NOT_YET_DEFINED: (
        "a bound that is not known before the trial",
        "Bounds, and options that are not written as a list inside the marker, are evaluated once, before "
        "the first trial, when the file is loaded and ``data()`` has run. They can use what the module "
        "defines, the model's parameters that ``data()`` gives a value, and constants of the function: "
        "names that are assigned once, above the marker, to a number, a list or a plain expression of these. "
        "They cannot use what depends on a marker, on a loop or on a call whose result may differ.",
    ),
    Code.MARKER_IN_STRING: (
        "a string that looks like a marker",
        "Text in quotes is never a marker. If it should be one, remove the quotes.",
    ),
    Code.UNCLOSED_MARKER: (
        "a marker that is never closed",
        "A marker ends with as many braces as it begins with: two.",
    ),
    Code.SUBSCRIPTED_DRAW: (
        "one draw for each iteration, with an unknown number of iterations",
        "``{{choice([1, 2])[i]}}`` draws one value for each value of ``i``, which a ``for`` over a ``range`` "
        "binds. Where the range's end is not known before the trial, ``[i:8]`` says at most how many. An "
        "item of the drawn value is taken outside the marker: ``({{...}})[0]``.",
    ),
    Code.BARE_DRAW: (
        "a distribution outside a marker",
        "``choice([64, 128])`` without braces is an ordinary call. The distributions of Hyperas and "
        "hypertemplate draw nothing when they are called, and raise an error that says so.",
    ),
    Code.WHOLE_NUMBER: (
        "a fraction where a whole number is needed",
        "``uniform`` and the other distributions without a step draw numbers such as 8.3. Sizes of layers, "
        "``epochs``, ``batch_size`` and ``range`` take whole numbers, which ``quniform(low, high, 1)`` "
        "draws. ``/`` gives a fraction too, even in ``8 / 2``: write ``int(units / 2)``.",
    ),
    Code.DEFAULT: (
        "a default that is never drawn",
        "``default=`` names the value that runs where nothing is searched, and that a search tries first. It "
        "is one that the distribution can draw: of a choice, one of its options, as it is written there, or "
        "its value. A number outside of the range is left out; the default is then the middle of the range.",
    ),
    Code.COMMENT: (
        "a comment that cannot mark a value",
        "``Dropout(0.2)  # tune: uniform(0, 0.5)`` marks the value that stands there, which is the default. "
        "A range is for the only number in the code of the line, ``choice`` for the only expression that is "
        "one of its options, of the same type. Where there are several, the comment names one, as its label "
        "would be: ``Dense(64, dropout=0.2)  # tune dropout: uniform(0, 0.5)``. Several calls are separated "
        "by ``;``. If only closing brackets stand before the comment, the code between these brackets "
        "counts. A value has one marker: one comment, or braces. The value is the default: another "
        "``default=`` in the call is an error. A warning is for a comment that marks nothing, and may be "
        "meant as a marker, such as ``# tuned: uniform(0, 0.5)``.",
    ),
    Code.FROZEN_MARKER: (
        "a marker in braces in a comment",
        "Text in comments is not searched, so ``Dropout(0.2)  # {{uniform(0, 0.5)}}`` keeps 0.2 in every "
        "trial. ``# tune: uniform(0, 0.5)`` searches it. This is said once for each file.",
    ),
    Code.NO_MARKERS: (
        "no markers",
        "Without a marker there is nothing to search.",
    ),
    Code.LABEL: (
        "a label that cannot be used",
        "``name=`` takes a string that is written out, and each name only once.",
    ),
    Code.UNDEFINED_NAME: (
        "an undefined name",
        "A file with a model function is run as an import would run it, without its ``__main__`` part and "
        "without its calls of ``minimize``. A name must be defined in the rest of the file. In a function, a "
        "variable must have a value before it is read; a name that the function assigns anywhere is its own "
        "variable everywhere in it, even if the file has one of that name.",
    ),
    Code.OVERRULED: (
        "a comment that does not apply",
        "``# hypertemplate: setup``, ``trial`` or ``skip`` at the end of a top-level statement's first line "
        "says when the statement runs: once in each worker, in each trial, or not at all.",
    ),
    Code.RESERVED_NAME: (
        "a reserved name",
        "``_ht_`` is the name under which the generated program finds the drawn values.",
    ),
    Code.REPLACED_IMPORT: (
        "an import that has no counterpart",
        "Imports from Hyperas and from hypertemplate do not run as written; the names of the distributions "
        "are bound to hypertemplate's own.",
    ),
    Code.MOVED_IMPORT: (
        "a name that today's libraries do not have",
        "Keras 3 has far fewer modules than Keras 2: what was in ``keras.layers.core`` or "
        "``keras.utils.np_utils`` is in ``keras.layers`` and ``keras.utils``. NumPy has no ``np.float`` and "
        "``np.NaN``, scikit-learn no ``sklearn.cross_validation``. Misspelled names of Keras are reported "
        "too. The code fails where today's version is installed; the help says what to write. An import in a "
        "``try`` that catches ImportError is left alone.",
    ),
    Code.DISK_CACHE: (
        "a cache on disk of results that differ between trials",
        "``joblib.Memory`` and its like know a result by the text of the function and its arguments. A "
        "marker inside the function, or a name of the trial that it reads, is neither: every trial would get "
        "the result of the first. With the value as an argument, each value has its own result.",
    ),
    Code.CALL: (
        "a call that its function does not accept",
        "A function, method or class of the template is called with an argument missing, unknown or too "
        "many. Python finds this only when the call runs, which may be at the end of a long trial.",
    ),
    Code.NO_LOSS: (
        "a model function that returns no loss",
        "Trials are judged by what the model function returns: a loss, a dict with one, or a History with "
        "``val_loss``. A text, a tuple, a network or a dict without ``'loss'`` is none of these. A search by "
        "a metric of its last fit, or by another entry of the dict (``--objective val_accuracy``), needs no "
        "loss, and draws no warning. ``check`` warns, since it does not know the objective; a search without "
        "one ends before its first trial, which might fail only after hours.",
    ),
    Code.LEFT_OUT_DRAW: (
        "a statement that is left out and may draw random numbers",
        "Code that nothing needs is left out, baselines too. If the template seeds a random generator, each "
        "number depends on those that were drawn before it, so code that certainly draws is kept: "
        "``print(np.random.rand())``, ``df.sample(3)``. Training a baseline may take hours, and often draws "
        "nothing, so it is left out. Give it a seed of its own (``random_state=0``), or add "
        "``# hypertemplate: setup`` at the end of its first line to run it; ``skip`` leaves it out without a "
        "warning. The template's own call of ``data()`` is left out, too, since the search itself calls "
        "``data()``.",
    ),
    Code.REPEATED_DRAW: (
        "a random operation that setup and trials draw from",
        "An operation of TensorFlow with a seed of its own (``tf.random.uniform([2], seed=3)``) gives its "
        "next numbers each time that it runs. Its position cannot be read, so it starts again in each trial. "
        "If setup or ``data()`` has drawn from the same operation with the same seed, a run of the whole "
        "file would continue from there instead. Give one of them another seed, or use a "
        "``tf.random.Generator``, whose position is put back.",
    ),
    Code.NO_METRIC: (
        "a metric that a fit or evaluate does not report",
        "A fit reports ``val_loss`` and other numbers of the validation only with ``validation_data`` or "
        "``validation_split``, and a network that is compiled without metrics has its loss alone: "
        "``evaluate()`` then returns one number. With metrics, it returns a list.",
    ),
    Code.RANGE: (
        "a value that its argument does not accept",
        "Some arguments accept only numbers of a certain range: the rate of a ``Dropout`` is between 0 and "
        "1, so ``{{uniform(0, 2)}}`` fails in half of the trials, and 25 in all.",
    ),
    Code.OLD_KERAS: (
        "code of Keras 1 or 2",
        "Arguments, methods, keys of histories and endings of files that Keras 3 refuses, and the argument "
        "``decay`` that it ignores. ``hypertemplate check --fix`` applies the suggested fixes that are "
        "certain. Templates that import ``tf_keras``, which is Keras 2, are left alone.",
    ),
    Code.OUTPUT: (
        "a file that every trial writes",
        "An absolute path that is written out in code of the model is the same in every trial: trials "
        "that run at once overwrite each other's file, and ``--workers auto`` then means 1. A file that "
        "trials only add to, such as a log, is shared by all of them; a trial that also reads it reads what "
        "the others added. Files that a trial writes under a relative path are in a folder of its own. "
        "Code can ask for that folder: ``from hypertemplate import trial``, and "
        'write to ``trial.folder / "scores.csv"``. Outside a search ``trial.folder`` is the current '
        "directory.",
    ),
    Code.SCALE: (
        "a marked value that changes the scale of the objective",
        "Each loss function has its own scale, and a regularizer or a weight of losses is part of the loss: "
        "the lowest loss is then that with the smallest scale, not that of the best network. The same "
        "applies to ``scoring``. Search by a metric that is the same in all trials. The warning is shown if "
        "the search uses the loss.",
    ),
    Code.RAN: (
        "a statement that ran, and that a trial would have to run again",
        "Code that ran before a search of functions in memory does not run again: trials use its results, "
        "and put back what they change of them. Only code that depends on a marker runs again. If such code "
        "changes an object in place, as ``layers.append({{...}})`` does, that object is built again too, if "
        "building it has no other effect. Code that reads files, prints or calls functions of other files "
        "may have other effects: move it into the model function, or end its first line with the comment "
        "``# hypertemplate: trial``, or ``skip``.",
    ),
    Code.NOT_PLAIN: (
        "code that only a search can run",
        "``hypertemplate apply --plain`` writes a file without markers, which runs without hypertemplate. It "
        "cannot replace code that reads Hyperas's ``space`` or ``trial.params``, the values of the trial by "
        "their labels; a search whose call is part of a larger expression, or which is of another function; "
        "and a marker that no trial reaches, whose range only a run would know.",
    ),
}


def as_rst() -> str:
    """Return the text of ``docs/diagnostics.rst``."""
    lines = [
        "Diagnostics",
        "===========",
        "",
        ".. Generated from hypertemplate/compiler/diagnostics/codes.py by ``make docs``.",
        "",
    ]
    for code in Code:
        heading = f"{code.value}: {code.title}"
        lines += [heading, "-" * len(heading), "", code.explanation, ""]
    return "\n".join(lines)
