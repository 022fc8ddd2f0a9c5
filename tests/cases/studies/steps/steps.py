import os
import time

from hypertemplate import trial


def model():
    x = {{uniform(-2, 2)}}
    y = {{normal(0, 1)}}
    rounds = {{quniform(1, 9, 1)}}
    kind = {{choice(['near', 'far'])}}
    if trial.number == int(os.environ.get('WAITS', -1)):
        time.sleep(600)
    return (x - 1) ** 2 + y ** 2 + rounds / 10 + (kind == 'far')
