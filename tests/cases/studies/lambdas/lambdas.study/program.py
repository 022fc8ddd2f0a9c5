# The program that hypertemplate made of lambdas.py, for reading and for running one trial with each
# parameter's default value, where hypertemplate is installed:
#
#     python program.py
#
# Searches do not run this file; they run the same statements under the template's own lines.
import sys as _ht_sys

from hypertemplate.runtime.draws import Draws as _ht_Draws

_ht_sys.path.insert(0, '/home/user/lambdas')
__file__ = '/home/user/lambdas/lambdas.py'

# The default value of each parameter; a choice counts its options from 0.
_ht_ = _ht_Draws(
    {
        'bias': 0.5,
        'slope': 0,
        'factor': 1.5,
        'Line': 0.0,
    }
)

# lambdas.py

from hypertemplate import trial

class Line:
    def __init__(self, slope, shift, number):
        self.slope = slope
        self.shift = shift
        self.number = number

    def predict(self, x):
        return self.slope(x) + self.shift + (_ht_['bias'])

def model():
    slope = ((1, 2, 3)[_ht_['slope']])
    line = Line(lambda x: slope * x * (_ht_['factor']), (_ht_['Line']), trial.number)
    return {'loss': abs(line.predict(2.0) - 5), 'model': line}


if __name__ == "__main__":
    print(model())
