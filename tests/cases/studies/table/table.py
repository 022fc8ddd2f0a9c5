import os
import time

from hypertemplate import trial

BASES = ['even', 'odd']


def model():
    size = {{choice([1, 2, 3])}}
    base = {{choice(BASES)}}
    if trial.number == int(os.environ.get('WAITS', -1)):
        time.sleep(600)
    print(trial.number)
    return size if base == 'odd' else 10 - size
