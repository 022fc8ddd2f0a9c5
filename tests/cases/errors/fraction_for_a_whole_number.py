from keras.layers import Dense
from keras.models import Sequential


def data():
    x, y = [[1.0]], [1.0]
    return x, y


def model(x, y):
    network = Sequential()
    for _ in range({{uniform(1, 4)}}):
        network.add(Dense({{uniform(8, 64)}}, name={{choice(['a', 'b'])}}))
    network.add(Dense(units={{loguniform(1, 3,)}}))
    network.compile('adam', 'mse')
    return network.fit(x, y, epochs={{normal(9, sigma=2, name='epochs')}}, batch_size=8)

# output
model.py:12:22: warning HT116: range() takes a whole number, and uniform() draws fractions
   12 |     for _ in range({{uniform(1, 4)}}):
      |                      ^~~~~~~~~~~~~
      = help: write quniform(1, 4, q=1)
model.py:13:29: warning HT116: Dense() takes a whole number, and uniform() draws fractions
   13 |         network.add(Dense({{uniform(8, 64)}}, name={{choice(['a', 'b'])}}))
      |                             ^~~~~~~~~~~~~~
      = help: write quniform(8, 64, q=1)
model.py:14:31: warning HT116: units of Dense() takes a whole number, and loguniform() draws fractions
   14 |     network.add(Dense(units={{loguniform(1, 3,)}}))
      |                               ^~~~~~~~~~~~~~~~~
      = help: write qloguniform(1, 3, q=1)
model.py:16:39: warning HT116: epochs of fit() takes a whole number, and normal() draws fractions
   16 |     return network.fit(x, y, epochs={{normal(9, sigma=2, name='epochs')}}, batch_size=8)
      |                                       ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write qnormal(9, sigma=2, name='epochs', q=1)
