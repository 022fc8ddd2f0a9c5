# The program that hypertemplate made of table.py, for reading and for running one trial with each
# parameter's default value, where hypertemplate is installed:
#
#     python program.py
#
# Searches do not run this file; they run the same statements under the template's own lines.
import sys as _ht_sys

from hypertemplate.compiler.resolve import default_value as _ht_default
from hypertemplate.runtime.draws import Draws as _ht_Draws

_ht_sys.path.insert(0, '/home/user/table')
__file__ = '/home/user/table/table.py'

# The default value of each parameter; a choice counts its options from 0.
_ht_ = _ht_Draws(
    {
        'size': 0,
        'base': 0,
    }
)

# table.py

import os

import time

from hypertemplate import trial

BASES = ['even', 'odd']

def model():
    size = ((1, 2, 3)[_ht_['size']])
    base = (_ht_.option('base', BASES))
    if trial.number == int(os.environ.get('WAITS', -1)):
        time.sleep(600)
    print(trial.number)
    return size if base == 'odd' else 10 - size


if __name__ == "__main__":
    print(model())
