DEPTH = 3


def model(Dense=int, Dropout=float):
    layers = []
    for i in range({{choice([1, 2])}}):
        layers.append(Dense({{choice([64, 128])[i]}}))
        for j in range(DEPTH - 1):
            layers.append({{choice([Dropout(uniform(0, 1)), Dense(3)])[i, j]}})
    sizes = [{{quniform(8, 64, q=8)[k]}} for k in range(2)]
    step = 0
    while step < 3:
        sizes.append(<<randint(5)[step:3]>>)
        step += 1
    return layers, sizes, ({{choice([(1, 2), (3, 4)])}})[0]

# output
model, joined: none
n_Dense: choice() [1, 2]
Dense[0]: choice() [64, 128]
Dense[1]: choice() [64, 128]
layers[0,0]: choice() [Dropout(uniform(0, 1)), Dense(3)]
layers.Dropout[0,0]: uniform(low=0, high=1) in option 0 of layers[0,0]
layers[0,1]: choice() [Dropout(uniform(0, 1)), Dense(3)]
layers.Dropout[0,1]: uniform(low=0, high=1) in option 0 of layers[0,1]
layers[1,0]: choice() [Dropout(uniform(0, 1)), Dense(3)]
layers.Dropout[1,0]: uniform(low=0, high=1) in option 0 of layers[1,0]
layers[1,1]: choice() [Dropout(uniform(0, 1)), Dense(3)]
layers.Dropout[1,1]: uniform(low=0, high=1) in option 0 of layers[1,1]
sizes[0]: quniform(low=8, high=64, q=8)
sizes[1]: quniform(low=8, high=64, q=8)
sizes_1[0]: randint(low=5)
sizes_1[1]: randint(low=5)
sizes_1[2]: randint(low=5)
choice: choice() [(1, 2), (3, 4)]
line 1, setup: no marker affects it
    DEPTH = 3
line 4, trial: contains a marker
    def model(Dense=int, Dropout=float):
        layers = []
        for i in range(((1, 2)[_ht_['n_Dense']])):
            layers.append(Dense(((64, 128)[_ht_[_ht_.at('Dense', i)]])))
            for j in range(DEPTH - 1):
                layers.append((Dropout((_ht_[_ht_.at('layers.Dropout', i, j)])) if _ht_[_ht_.at('layers', i, j)] == 0 else Dense(3)))
        sizes = [(_ht_[_ht_.at('sizes', k)]) for k in range(2)]
        step = 0
        while step < 3:
            sizes.append((_ht_[_ht_.at('sizes_1', step)]))
            step += 1
        return layers, sizes, ((((1, 2), (3, 4))[_ht_['choice']]))[0]
