from hyperas import optim


def data(root):
    return [1, 2]


def model(x):
    return {{uniform(0, 1)}} * x[0]


root = '/data'
best_run, best_model = optim.minimize(model=model, data=data(root), max_evals=5)

# output
model.py:13:57: error HT005: minimize() takes the name of the data function, got data(root)
   13 | best_run, best_model = optim.minimize(model=model, data=data(root), max_evals=5)
      |                                                         ^~~~~~~~~~
      = help: write data=data, data_args=(root,)
