from keras.layers import Activation, Dropout, LeakyReLU

SIZES = [8, 16, 32]
WEIGHTED = [(0.5, 'a'), (0.5, 'b')]


def model(x_train=None):
    rate = 0.5
    one = {{choice([64])}}
    constants = {{choice([64, -1, 'a' 'b', None, (1, 2)])}}
    lists = {{choice([[64], [64, 32]])}}
    dicts = {{choice([{'name': 'adam', 'lr': 1e-3}, {'name': 'sgd', 'lr': 1e-1}])}}
    braces = {{choice(['}', '}}', '{'])}}
    layers = {{choice([Dropout(rate), Activation('linear'), LeakyReLU()])}}
    classes = {{choice([Dropout, Activation])}}(rate)
    lambdas = {{choice([lambda v: v * rate, None if rate else 1])}}
    four = {{choice([[1], [2], [3], [4]])}}
    weighted = {{pchoice([(0.25, 'relu'), (3 / 4, 'elu')])}}
    weighted_layers = {{pchoice([(0.5, Dropout(rate)), (0.5, Activation('elu'))])}}
    listed = {{choice(SIZES)}}
    computed = {{choice([size * 2 for size in SIZES])}}
    unpacked = {{choice([*SIZES, 64])}}
    weighted_list = {{pchoice(WEIGHTED)}}
    return locals()

# output
model, joined: none
one: choice() [64]
constants: choice() [64, -1, 'a' 'b', None, (1, 2)]
lists: choice() [[64], [64, 32]]
dicts: choice() [{'name': 'adam', 'lr': 1e-3}, {'name': 'sgd', 'lr': 1e-1}]
braces: choice() ['}', '}}', '{']
layers: choice() [Dropout(rate), Activation('linear'), LeakyReLU()]
classes: choice() [Dropout, Activation]
lambdas: choice() [lambda v: v * rate, None if rate else 1]
four: choice() [[1], [2], [3], [4]]
weighted: pchoice(p=0.25, p=3 / 4) ['relu', 'elu']
weighted_layers: pchoice(p=0.5, p=0.5) [Dropout(rate), Activation('elu')]
listed: choice(options=SIZES)
computed: choice(options=[size * 2 for size in SIZES])
unpacked: choice(options=[*SIZES, 64])
weighted_list: pchoice(p_options=WEIGHTED)
line 1, setup: no marker affects it
    from keras.layers import Activation, Dropout, LeakyReLU
line 3, setup: no marker affects it
    SIZES = [8, 16, 32]
line 4, setup: no marker affects it
    WEIGHTED = [(0.5, 'a'), (0.5, 'b')]
line 7, trial: contains a marker
    def model(x_train=None):
        rate = 0.5
        one = ((64,)[_ht_['one']])
        constants = ((64, -1, 'a' 'b', None, (1, 2))[_ht_['constants']])
        lists = ([64] if _ht_['lists'] == 0 else [64, 32])
        dicts = ({'name': 'adam', 'lr': 1e-3} if _ht_['dicts'] == 0 else {'name': 'sgd', 'lr': 1e-1})
        braces = (('}', '}}', '{')[_ht_['braces']])
        layers = (Dropout(rate) if _ht_['layers'] == 0 else Activation('linear') if _ht_['layers'] == 1 else LeakyReLU())
        classes = (Dropout if _ht_['classes'] == 0 else Activation)(rate)
        lambdas = ((lambda v: v * rate) if _ht_['lambdas'] == 0 else (None if rate else 1))
        four = (([1] if _ht_['four'] == 0 else [2]) if _ht_['four'] < 2 else [3] if _ht_['four'] == 2 else [4])
        weighted = (('relu', 'elu')[_ht_['weighted']])
        weighted_layers = (Dropout(rate) if _ht_['weighted_layers'] == 0 else Activation('elu'))
        listed = (_ht_.option('listed', SIZES))
        computed = (_ht_.option('computed', [size * 2 for size in SIZES]))
        unpacked = (_ht_.option('unpacked', [*SIZES, 64]))
        weighted_list = (_ht_.weighted('weighted_list', WEIGHTED))
        return locals()
