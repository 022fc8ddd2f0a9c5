# The program that hypertemplate made of steps.py, for reading and for running one trial with each
# parameter's default value, where hypertemplate is installed:
#
#     python program.py
#
# Searches do not run this file; they run the same statements under the template's own lines.
import sys as _ht_sys

from hypertemplate.runtime.draws import Draws as _ht_Draws

_ht_sys.path.insert(0, '/home/user/steps')
__file__ = '/home/user/steps/steps.py'

# The default value of each parameter; a choice counts its options from 0.
_ht_ = _ht_Draws(
    {
        'x': 0.0,
        'y': 0.0,
        'rounds': 5,
        'kind': 0,
    }
)

# steps.py

import os

import time

from hypertemplate import trial

def model():
    x = (_ht_['x'])
    y = (_ht_['y'])
    rounds = (_ht_['rounds'])
    kind = (('near', 'far')[_ht_['kind']])
    if trial.number == int(os.environ.get('WAITS', -1)):
        time.sleep(600)
    return (x - 1) ** 2 + y ** 2 + rounds / 10 + (kind == 'far')


if __name__ == "__main__":
    print(model())
