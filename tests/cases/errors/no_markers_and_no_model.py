from hyperas import optim


def train(x):
    return x


optim.minimize(model=fit, data=load)

# output
model.py: error HT201: there are no markers, so there is nothing to search
      = help: mark a value in the model: Dropout({{uniform(0, 0.5)}})
