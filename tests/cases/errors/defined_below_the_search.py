from hyperopt import Trials, tpe
from hyperas import optim


def data():
    return 1


def model(x):
    return {'loss': x * {{uniform(0, 1)}} * SCALE, 'status': 'ok'}


best = optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials())
SCALE = 3

# output
model.py:10:45: error HT301: 'SCALE' is defined only on line 14, which comes after the search on line 13
   10 |     return {'loss': x * {{uniform(0, 1)}} * SCALE, 'status': 'ok'}
      |                                             ^~~~~
      = help: define 'SCALE' above the search
