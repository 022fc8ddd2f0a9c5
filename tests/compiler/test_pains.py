"""What broke for the users of Hyperas, class by class; each test is named after what one of them suffered.

The numbers are those of the classes in the project's survey of Hyperas's issues.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import hypertemplate.distributions as distributions
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.stages import compile_source
from hypertemplate.errors import OutsideTemplateError
from hypertemplate.frontend import read_template
from tests.compiler.support import cells, codes, compiled, findings, labels, run, run_trials

# 1. Helper functions, classes, globals are not visible in the model


def test_1_helper_functions_classes_and_globals_are_seen_by_the_model_without_functions() -> None:
    text = """
class Layer: pass

WIDTH = 64
class MyLayer(Layer):
    def __init__(self, units):
        self.units = units
def scale(units): return units * FACTOR
def block(m): return m.append(scale(WIDTH))
def create_model(x, y):
    m = []; block(m); m.append(MyLayer({{choice([1, 2])}}).units)
    return m
def data(): return 0, 0
FACTOR = 2
"""
    assert run(text, units=1) == [128, 2]


# 2. Notebook source cannot be found


def test_2_the_cells_of_a_notebook_are_the_template() -> None:
    notebook = cells(
        "import math",
        "print(math.pi)",
        "def create_model():\n    return math.floor({{uniform(0, 9)}})",
        "best = minimize(create_model, max_evals=3)\nbest",
    )
    assert run(notebook, uniform=3.5) == 3


# 3. A hyperparameter gets another argument's name


def test_3_a_parameter_gets_the_name_of_its_own_argument() -> None:
    text = """
def model(x=0, Dropout=print, LSTM=print):
    x = Dropout({{uniform(0, 1)}})(x)
    x = LSTM(8, recurrent_dropout={{uniform(0, 1)}})(x)
    x = Dropout({{uniform(0, 1)}})(x)
"""
    assert labels(text) == ["Dropout", "recurrent_dropout", "Dropout_1"]


# 4. IndentationError: tabs, 2 spaces, nested and method definitions


def test_4_code_is_indented_by_tabs() -> None:
    text = "def data():\n\tx = 1\n\treturn x\n\ndef model(x):\n\tif x:\n\t\treturn {{choice([1, 2])}}\n"
    assert run(text, choice=1) == 2


def test_4_code_is_indented_by_two_blanks() -> None:
    text = "def data():\n  x = 1\n  return x\n\ndef model(x):\n  if x:\n    return {{choice([1, 2])}}\n"
    assert run(text, choice=1) == 2


def test_4_a_comment_follows_the_colon_and_a_string_of_many_lines_is_not_cut() -> None:
    text = '''
def data():  # tab, comment after the colon
	s = """
abcdefgh
"""
	return s, 1

def model(s, n):
    return s, {{uniform(0, 1)}}
'''
    assert run(text, uniform=0.5) == ("\nabcdefgh\n", 0.5)


def test_4_blocks_of_several_depths_end_the_data_function() -> None:
    text = """
def data():
    total = 0
    for i in range(3):
        if i:
            total += i
    return total
def model(x):
    return x + {{uniform(0, 1)}}
"""
    assert run(text, uniform=0.5) == 3.5


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def run():\n\tdef model(x):\n\t\treturn {{uniform(0, 1)}}\n", id="in a function"),
        pytest.param(
            "class Search:\n    def model(self, x):\n        return {{uniform(0, 1)}}\n", id="in a class"
        ),
    ],
)
def test_4_a_model_inside_something_else_is_an_error_that_says_where_to_put_it(text: str) -> None:
    assert codes(text) == ["NOT_A_FUNCTION"]
    assert findings(text).endswith("= help: move def model to the top level of the file")


def test_4_a_nested_function_and_a_method_hold_markers() -> None:
    text = """
class Net:
    def build(self):
        def block(rate={{uniform(0, 1)}}):
            return rate
        return block(), {{choice([1, 2])}}

def model():
    return Net().build()
"""
    assert run(text, rate=0.5, choice=1) == (0.5, 2)


# 5. IndexError in hyperparameter_names: a marker without a name before it


@pytest.mark.parametrize(
    ("line", "label", "result"),
    [
        pytest.param(
            "if {{choice(['two', 'three'])}} == 'three': x = 3\n    else: x = 2",
            "choice",
            3,
            id="in a condition",
        ),
        pytest.param("x = lr = 10 ** {{choice([-4, -1])}}", "x", 0.1, id="in an exponent"),
        pytest.param("x = sizes = [{{choice([8, 16])}}, 32]", "x", [16, 32], id="in a list"),
        pytest.param("x = cfg = {'units': {{choice([8, 16])}}}", "units", {"units": 16}, id="in a dict"),
    ],
)
def test_5_a_marker_without_an_argument_s_name_before_it(line: str, label: str, result: object) -> None:
    text = f"def model():\n    {line}\n    return x\n"
    assert labels(text) == [label]
    assert run(text, **{label: 1}) == result


# 6. A brace inside a marker


def test_6_braces_inside_a_marker_dicts_sets_and_strings() -> None:
    text = """
def model():
    opt = {{choice([{'name': 'adam', 'lr': 1e-3}, {'name': 'sgd', 'lr': 1e-1}])}}
    sep = {{choice(['}', '}}', '{'])}}
    members = {{choice([{1, 2}, {'a': {'b': {3}}}])}}
    return opt, sep, members
"""
    assert run(text, opt=1, sep=1, members=1) == ({"name": "sgd", "lr": 0.1}, "}}", {"a": {"b": {3}}})


# 7. Commented-out or quoted markers become search dimensions


def test_7_a_marker_in_a_comment_or_a_docstring_is_no_parameter() -> None:
    text = '''
def model(Dense=abs):
    """tried {{choice([1, 2])}} before"""
    x = Dense({{choice([32, 64])}})
    # x = Dropout({{uniform(0, 0.3)}})
    return x  # {{uniform(0, 1)}}
'''
    program = compiled(text)
    assert [parameter.label for parameter in program.space.parameters] == ["Dense"]
    assert program.warnings == ()


# 8. Braces that are not markers


def test_8_braces_of_f_strings_format_and_tex_are_left_alone() -> None:
    text = """
def model(acc=0.5):
    return f'{{json}} {acc}', '$x^{{2}}$', '{{id}}: {}'.format(3), {{uniform(0, 1)}}
"""
    program = compiled(text)
    assert program.warnings == ()
    assert run_trials(program, [{"uniform": 0}]) == [("{json} 0.5", "$x^{{2}}$", "{id}: 3", 0)]


# 9. A formatter splits the braces


def test_9_a_formatter_has_split_the_braces() -> None:
    text = """
def lstm(units, dropout, bidirectional): return dropout
def model():
    return lstm(8, dropout={
         {uniform(0.05, 0.5)}}, bidirectional=True)
"""
    assert labels(text) == ["dropout"]
    assert run(text, dropout=0.25) == 0.25


# 10. Comment stripping breaks the file


def test_10_quotes_and_hashes_inside_strings_are_left_alone() -> None:
    text = """
def f():
    '''only a docstring'''
a = "'''"
import math
b = "'''"
text = '#x'
if text[0] == '#': tag = '<hashtag>'
def model():
    return a, b, math.floor(2.5), tag, f(), {{uniform(0, 1)}}
"""
    assert run(text, uniform=0) == ("'''", "'''", 2, "<hashtag>", None, 0)


# 11. Imports rebuilt wrongly, then failing in silence


def test_11_imports_of_every_shape_run_as_they_are_written() -> None:
    text = """
from __future__ import absolute_import, division
import math as m, os.path
from collections import (OrderedDict as D,
                         deque)
def create_model():
    from itertools import (chain,
                           repeat)          # inside the model
    return D(a=m.floor(2.5)), len(deque()), list(chain([1])), os.path.sep, 1 / 2, {{uniform(0, 1)}}
"""
    assert run(text, uniform=0) == ({"a": 2}, 0, [1], "/", 0.5, 0)


def test_11_an_import_that_fails_is_not_hidden() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        run("import no_such_module\ndef model():\n    return {{uniform(0, 1)}}\n", uniform=0)


# 12. The text handling of data(): early, multi-line, repeated returns


def test_12_data_returns_early_over_several_lines_and_has_functions_of_its_own() -> None:
    text = """
from functools import cache
import os

@cache
def data(
        path='no such file'):
    def norm(x):
        return x
    if os.path.exists(path):
        return None, None
    x = 1
    return (norm(x),
            {'k': 1})

def model(
        x,
        options):
    return x, options, {{uniform(0, 1)}}
"""
    assert run(text, uniform=0) == (1, {"k": 1}, 0)


def test_12_data_without_a_return_is_an_error_that_says_what_to_write() -> None:
    text = "def data():\n    print(1)\ndef model(x):\n    return {{uniform(0, 1)}}\n"
    assert findings(text).endswith("= help: define x in data(), and end it with: return x")


# 13. Model and data are joined by name


def test_13_the_names_decide_not_their_order() -> None:
    text = """
def data():
    X_train, X_test, Y_train, Y_test = 1, 2, 3, 4
    return X_train, X_test, Y_train, Y_test
def model(X_train, Y_train, X_test, Y_test):     # another order
    return X_train, Y_train, X_test, Y_test, {{uniform(0, 1)}}
"""
    assert run(text, uniform=0) == (1, 3, 2, 4, 0)


def test_13_a_local_variable_of_data_that_is_not_returned_works_and_a_warning_says_to_return_it() -> None:
    text = """
def data():
    nb_classes = 10
    x = 1
    return x
def model(x):
    return nb_classes, {{uniform(0, 1)}}
"""
    assert findings(text) == (
        "model.py:7:12: warning HT010: model() uses nb_classes, local to data()\n"
        "    7 |     return nb_classes, {{uniform(0, 1)}}\n"
        "      |            ^~~~~~~~~~\n"
        "      = help: return nb_classes from data(), and take it as a parameter of model()"
    )
    assert run(text, uniform=0) == (10, 0)


# 14. The generated function's `space` leaks into user code


def test_14_a_template_may_read_the_dict_of_values_that_hyperas_leaked() -> None:
    text = "def model():\n    print(space.keys())\n    return {{uniform(0, 1)}}\n"
    assert compiled(text).reads_space
    assert codes(text) == []


def test_14_a_space_of_the_templates_own_is_left_alone() -> None:
    text = "space = ' '\ndef model():\n    return space.join('ab'), {{uniform(0, 1)}}\n"
    assert not compiled(text).reads_space
    assert run(text, uniform=0) == ("a b", 0)


# 15. Markers in loops share one draw


def test_15_a_marker_in_a_loop_is_one_draw_and_the_number_of_layers_another() -> None:
    text = """
def model(Dense=int):
    layers = []
    for i in range({{choice([1, 2, 3])}}):
        layers.append(Dense({{choice([32, 64])}}))
    return layers
"""
    assert labels(text) == ["n_Dense", "Dense"]
    assert run(text, n_Dense=2, Dense=1) == [64, 64, 64]


def test_15_one_draw_for_each_iteration_tunes_the_size_of_each_layer() -> None:
    text = """
def model(Dense=int):
    layers = []
    for i in range({{choice([1, 2, 3])}}):
        layers.append(Dense({{choice([32, 64])[i]}}))
    return layers
"""
    assert labels(text) == ["n_Dense", "Dense[0]", "Dense[1]", "Dense[2]"]
    assert run(text, n_Dense=1, **{"Dense[0]": 1, "Dense[1]": 0, "Dense[2]": 1}) == [64, 32]


# 16. Conditional parameters are flat


def test_16_an_inner_distribution_belongs_to_its_option_alone() -> None:
    text = "def model():\n    rate = {{choice([0, uniform(0.1, 0.5)])}}\n    return rate\n"
    _, inner = compiled(text).space.parameters
    assert (inner.label, inner.parent) == ("rate.1", ("rate", 1))
    assert run(text, rate=0) == 0
    assert run(text, **{"rate": 1, "rate.1": 0.25}) == 0.25


# 17. choice over live objects: shared, unpicklable, reported as objects


def test_17_the_chosen_object_is_made_where_it_stands_and_anew_in_each_trial() -> None:
    text = """
made = []
def Adam(rate):
    made.append(rate)
    return [rate]
def model():
    rate = 0.5
    opt = {{choice([Adam(rate), Adam(1)])}}
    return opt, list(made)
"""
    program = compiled(text)
    first, second = run_trials(program, [{"opt": 0}, {"opt": 0}])
    assert first == ([0.5], [0.5])
    assert second[0] == [0.5]
    assert first[0] is not second[0]
    assert [option.text for option in program.space["opt"].options or ()] == ["Adam(rate)", "Adam(1)"]


# 18. A template used outside minimize


@pytest.mark.parametrize("name", list(SIGNATURES))
def test_18_a_distribution_that_is_called_outside_a_template_says_what_to_do(name: str) -> None:
    with pytest.raises(
        OutsideTemplateError, match=rf"{name}\(\) was called as ordinary Python.*\{{\{{{name}"
    ):
        getattr(distributions, name)(*[1] * len(SIGNATURES[name]))


# 19. Typos give no useful message


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        pytest.param(
            "{{choise([1, 2])}}", "unknown distribution 'choise'|did you mean choice?", id="a letter"
        ),
        pytest.param(
            "{{choice[1, 2]}}",
            "choice needs its arguments in parentheses, got choice[...]|write choice([1, 2])",
            id="square brackets",
        ),
        pytest.param(
            "{{choice(1, 2)}}",
            "choice() takes one list of options, got 2 arguments|put them into a list: choice([1, 2])",
            id="no list",
        ),
        pytest.param(
            "{{Uniform(0, 1)}}", "unknown distribution 'Uniform'|did you mean uniform?", id="a capital"
        ),
        pytest.param("{{uniform(0 1)}}", None, id="a comma"),
        pytest.param(
            "{{uniform(0, 1)}", "this marker is never closed|close it with two braces: }}", id="a brace"
        ),
    ],
)
def test_19_a_slip_is_an_error_that_shows_what_to_write(marker: str, said: str | None) -> None:
    shown = findings(f"def model():\n    return {marker}\n").split("\n")
    assert shown[0].startswith("model.py:2:")
    assert shown[1] == f"    2 |     return {marker}"
    if said is not None:
        message, _, help = said.partition("|")
        assert shown[0].endswith(message)
        assert shown[3] == f"      = help: {help}"


# 20. Multi-line signatures, defaults, annotations, decorators on the model


def test_20_the_model_has_decorators_annotations_defaults_and_many_lines() -> None:
    text = """
import functools
def timed(label):
    def wrap(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            return label, f(*args, **kwargs)
        return inner
    return wrap

def data() -> tuple[int, int]:
    return 1, 2

@timed(
    label='t')
def model(
    x: int,
    y: 'int',  # the labels (of x)
    *,
    epochs: int = (3),
) -> dict:
    return {'loss': x + y + epochs, 'rate': {{uniform(0, 1)}}}
"""
    assert run(text, rate=0.5) == ("t", {"loss": 6, "rate": 0.5})


# 21. Template lives in another module


def test_21_the_imports_are_those_of_the_template_s_own_file(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "import math as numbers\ndef model():\n    return numbers.pi, {{uniform(0, 1)}}\n"
    )
    caller = "import sys, random as numbers\nfrom hypertemplate.compiler.stages import compile_source\n"
    caller += "from hypertemplate.frontend import read_template\n"
    caller += f"print(compile_source(read_template({str(tmp_path / 'model.py')!r}).source).parts[0].setup)\n"
    result = subprocess.run([sys.executable, "-c", caller], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "import math as numbers"


# 22. Encoding


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        pytest.param("", "utf-8", id="UTF-8, not declared"),
        pytest.param("", "utf-8-sig", id="UTF-8 with a byte order mark"),
        pytest.param("# -*- coding: utf-8 -*-\n", "utf-8", id="UTF-8, declared"),
        pytest.param("# -*- coding: latin-1 -*-\n", "latin-1", id="Latin-1"),
        pytest.param(
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n",
            "cp1252",
            id="Windows, in the second line",
        ),
    ],
)
def test_22_letters_of_every_declared_encoding_arrive(tmp_path: Path, declared: str, encoding: str) -> None:
    file = tmp_path / "modell.py"
    file.write_bytes(
        f"{declared}größe = 'é'\ndef model():\n    return größe, {{{{uniform(0, 1)}}}}\n".encode(encoding)
    )
    program = compile_source(read_template(str(file)).source)
    assert run_trials(program, [{"uniform": 0}]) == [("é", 0)]
    # What becomes a program is text: the declaration of the file's encoding is not in it.
    ast.parse(program.parts[0].kept)
