# The program that hypertemplate made of shapes.py, for reading and for running one trial with each
# parameter's default value, where hypertemplate is installed:
#
#     python program.py
#
# Searches do not run this file; they run the same statements under the template's own lines.
import sys as _ht_sys

from hypertemplate.compiler.program import Join as _ht_Join
from hypertemplate.compiler.resolve import default_value as _ht_default
from hypertemplate.runtime.draws import Draws as _ht_Draws
from hypertemplate.runtime.joining import call as _ht_call, model_arguments as _ht_arguments

_ht_sys.path.insert(0, '/home/user/shapes')
__file__ = '/home/user/shapes/shapes.py'

# The default value of each parameter; a choice counts its options from 0.
_ht_ = _ht_Draws(
    {
        'depth': 0,
        'widths[0]': 0,
        'widths[1]': 0,
        'widths[2]': 0,
        'kind': 0,
        'kind.2': 0,
        'shift': 0.0,
        'scale': lambda: _ht_default('uniform', low=(0.5), high=(LARGEST)),
        'pull': 0,
        'pull.1': 0.01831563888873418,
    }
)

# shapes.py

import math

from curves import curve

LARGEST = 4.0

def data():
    points = [(x / 10, curve(x / 10)) for x in range(30)]
    spacing = 0.1
    return _ht_.leave(locals(), ( points[:20], points[20:]))

def basis(kind, x, width):
    return math.tanh(width * x) if kind == 'tanh' else min(width * x, 1.0)

def model(train, test):
    depth = ((1, 2, 3)[_ht_['depth']])
    widths = [((0.5, 1.0, 2.0)[_ht_[_ht_.at('widths', i)]]) for i in range(3)][:depth]
    kind = ('tanh' if _ht_['kind'] == 0 else 'step' if _ht_['kind'] == 1 else (('ramp', 'wave')[_ht_['kind.2']]))
    shift = (_ht_['shift'])
    scale = (_ht_['scale'])
    pull = (0 if _ht_['pull'] == 0 else (_ht_['pull.1']))
    if shift > 0.6:
        raise ValueError('the shift is too large')

    def predict(x):
        return scale * sum(basis(kind, x, width) for width in widths) / depth + shift

    def error(points):
        return sum((predict(x) - y) ** 2 for x, y in points) / len(points)

    return {'loss': error(train) + pull * scale, 'held_out': error(test), 'spacing': spacing}


if __name__ == "__main__":
    _ht_data = data()
    spacing = _ht_.left['spacing']
    _ht_join = _ht_Join(how='position', names=(), count=2, locals=())
    print(_ht_call(model, _ht_arguments(_ht_join, _ht_data, 'data', 'model', _ht_.left)))
