from hypertemplate import optim

share = {{uniform(0, 1)}}


def data(share):
    return [share]


def model(x):
    return x * {{uniform(0, 1)}}


best = optim.minimize(model=model, data=data, data_args=(share,), max_evals=2)

# output
model.py:14:58: error HT111: 'share' depends on a marker, and data_args are read before any trial
   14 | best = optim.minimize(model=model, data=data, data_args=(share,), max_evals=2)
      |                                                          ^~~~~
      = help: write the marker in data(), which then runs in each trial
