from hyperas import optim


def train(x):
    return x


optim.minimize(model=fit, data=load)

# output
model.py: error HT201: there are no markers, so there is nothing to search
      = help: replace a value in the file with a marker, as in rate = {{uniform(0, 0.5)}}
