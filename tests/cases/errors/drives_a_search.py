def data():
    x = [1, 2]
    return x


def model(x):
    return optim.minimize, {{uniform(0, 1)}}


from hyperas import optim

# output
model.py:7:12: error HT303: 'optim' drives a search and does not exist in a trial
    7 |     return optim.minimize, {{uniform(0, 1)}}
      |            ^~~~~
      = help: remove it from data and model
