from contextlib import nullcontext

HIDDEN = [{{choice([32, 64])}} for _ in range({{choice([1, 2, 3])}})]
for _ in range({{choice([1, 2])}}):
    total = HIDDEN

with nullcontext({{uniform(0, 1)}}) as rate:
    pass

try:
    import fast as backend
except ImportError:
    backend = None

if {{choice([True, False])}}:
    def activation(x):
        return x
else:
    def activation(x):
        return -x


def model():
    i = 0
    while i < {{uniformint(1, 4)}}:
        i += 1
    match {{choice(['a', 'b'])}}:
        case 'a':
            i = activation({{uniform(0, 1)}})
        case _:
            pass
    return i, total, rate, backend


def data():
    return None

# output
model, data in setup, joined: none
HIDDEN: choice() [32, 64]
HIDDEN_1: choice() [1, 2, 3]
repeats: choice() [1, 2]
nullcontext: uniform(low=0, high=1)
choice: choice() [True, False]
uniformint: uniformint(low=1, high=4)
choice_1: choice() ['a', 'b']
activation: uniform(low=0, high=1)
line 1, setup: no marker affects it
    from contextlib import nullcontext
line 3, trial: contains a marker
    HIDDEN = [((32, 64)[_ht_['HIDDEN']]) for _ in range(((1, 2, 3)[_ht_['HIDDEN_1']]))]
line 4, trial: it uses 'HIDDEN', which is made for each trial (line 3)
    for _ in range(((1, 2)[_ht_['repeats']])):
        total = HIDDEN
line 7, trial: contains a marker
    with nullcontext((_ht_['nullcontext'])) as rate:
        pass
line 10, setup: no marker affects it
    try:
        import fast as backend
    except ImportError:
        backend = None
line 15, trial: contains a marker
    if ((True, False)[_ht_['choice']]):
        def activation(x):
            return x
    else:
        def activation(x):
            return -x
line 23, trial: it uses 'total', which is made for each trial (line 4)
    def model():
        i = 0
        while i < (_ht_['uniformint']):
            i += 1
        match (('a', 'b')[_ht_['choice_1']]):
            case 'a':
                i = activation((_ht_['activation']))
            case _:
                pass
        return i, total, rate, backend
line 35, setup: no marker affects it
    def data():
        return None
