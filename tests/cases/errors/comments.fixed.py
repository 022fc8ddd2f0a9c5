from keras.layers import Dense, Dropout

SIZES = [16, 32]


def model():
    a = Dense(64, name="a", trainable=1)  # tune Dense: uniformint(0, 500)
    b = (
        1,
        2,  # tune: randint(5)
    )
    c = Dense(SIZES[0])
    d = Dense(48)  # tune: choice([32, 64, 48])
    e = Dense(48, "relu")  # tune: choice([32, 48])
    f = Dropout(0.2)  # tune: uniform(0, 1)
    g = Dropout(0.2)  # tune: uniform(0, 0.5)
    h = Dropout(0.2)  # tune: uniform(0, 0.5)
    i = Dropout(0.2)  # tune: uniform(0, 0.5)
    j = Dropout(0.2)  # tune: quniform(0, 0.5, 0.1)
    k = Dropout(0.2)  # tune: uniform(0, 0.5)
    l = Dropout(0.2)  # tune: uniform(0, 0.5)  # or less
    m = Dropout(0.2)  # tune: uniform(0, 0.5)
    o = Dropout(0.2)  # tune: uniform(0, 0.5)
    p = Dropout(0.2)  # tune: uniform(0, 0.5)
    q = Dropout(0.2)  # tune: uniform(0, 0.5)
    r = Dropout(rate=0.2)  # tune rate: uniform(0, 0.5)
    s = Dropout(rate=0.2)  # tune rate: uniform(0, 0.5)
    t = Dropout(0.2)  # tune: uniform(0, 0.5)
    u = Dense(16)  # tune: choice([16, 32])
    v = Dropout(0.2)  # tune: uniform(0, 1)
    w = Dropout(0.7)  # tune: uniform(0, 0.7)
    x = Dense(16)  # tune: choice(SIZES)
    y = Dense(16)  # tune: choice([16, 17])
    z = Dropout(0.2)  # tune: uniform(0.0005, 0.5, log=True, name='units')
    return 0.2  # tune: uniform(0, 1)
