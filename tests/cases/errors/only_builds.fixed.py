from keras import Sequential
from keras.layers import Dense

def create_model():
    network = Sequential()
    network.add(Dense({{choice([8, 16])}}))
    network.compile('adam', 'mse')
    loss = network.evaluate([[1]], [1])
    return {'loss': loss}
