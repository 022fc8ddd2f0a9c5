def helper():
    return 1


def build(x):
    return {{uniform(0, 1)}}


def train(model):
    return model

# output
model.py: error HT003: no function is named model or create_model; the markers are in build (line 5)
      = help: choose the model: --model build
