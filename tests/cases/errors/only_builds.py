from keras import Sequential
from keras.layers import Dense

def create_model():
    network = Sequential()
    network.add(Dense({{choice([8, 16])}}))
    network.compile('adam', 'mse')
    return network

# output
model.py:4:5: error HT003: create_model() returns no loss, and no statement of the file calls it
    4 | def create_model():
      |     ^~~~~~~~~~~~
      = help: add the lines that train and score it, or return {'loss': loss} from create_model()
