from hyperopt import Trials, tpe
from hyperas import optim

SCALE = 3


def data():
    return 1


def model(x):
    return {'loss': x * {{uniform(0, 1)}} * SCALE, 'status': 'ok'}


best = optim.minimize(model=model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials())
