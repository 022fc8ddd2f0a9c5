from hyperas import optim
from hyperas.distributions import choice, uniform


def data():
    nb_classes = 10
    width = 3
    x_train = x_test = [[1] * width]
    y_train = [nb_classes]
    return y_train, x_train, 'more'


def model(x_train, y_train, x_test):
    rate = {{uniform(0, 1)}}
    units = {{choice([8, 16])}}
    print(space['units'], list(space.keys()))
    return {'loss': rate * nb_classes, 'status': 'ok', 'model': (x_train, y_train, x_test)}


best_run, best_model = optim.minimize(model, data, max_evals=3)
print(best_run)

# output
model, data in setup, joined: name ('x_train', 1) ('y_train', 0) (local x_test); leaked: nb_classes; reads space
model.py:13:5: warning HT010: model() uses x_test, local to data()
   13 | def model(x_train, y_train, x_test):
      |     ^~~~~
      = help: return x_test from data(), and take it as a parameter of model()
model.py:17:28: warning HT010: model() uses nb_classes, local to data()
   17 |     return {'loss': rate * nb_classes, 'status': 'ok', 'model': (x_train, y_train, x_test)}
      |                            ^~~~~~~~~~
      = help: return nb_classes from data(), and take it as a parameter of model()
rate: uniform(low=0, high=1)
units: choice() [8, 16]
line 1, left out: it imports what drives a search
line 2, setup: no marker affects it
    from hypertemplate.distributions import choice, uniform
line 5, setup: no marker affects it
    def data():
        nb_classes = 10
        width = 3
        x_train = x_test = [[1] * width]
        y_train = [nb_classes]
        return _ht_.leave(locals(), ( y_train, x_train, 'more'))
line 13, trial: contains a marker
    def model(x_train, y_train, x_test):
        rate = (_ht_['rate'])
        units = ((8, 16)[_ht_['units']])
        print(space['units'], list(space.keys()))
        return {'loss': rate * nb_classes, 'status': 'ok', 'model': (x_train, y_train, x_test)}
line 20, left out: it calls minimize
line 21, left out: it comes after the search on line 20
