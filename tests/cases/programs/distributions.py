import math

import hyperopt.hp as hp
from hyperopt import hp as space_of

LOW, HIGH = 1, 9


def model():
    return [
        {{choice([1, 2])}},
        {{pchoice([(0.5, 1), (0.5, 2)])}},
        {{randint(10)}},
        {{randint(5, 10)}},
        {{uniform(0, 1)}},
        {{quniform(0, 100, 5)}},
        {{uniformint(LOW, HIGH)}},
        {{loguniform(math.log(1e-5), math.log(1e-1))}},
        {{qloguniform(0, 5, q=1)}},
        {{normal(mu=0, sigma=1)}},
        {{qnormal(sigma=10, mu=50, q=5)}},
        {{hp.lognormal(0, 1)}},
        {{space_of.qlognormal(0, 1, 0.5, name='last')}},
    ]

# output
model, joined: none
choice: choice() [1, 2]
pchoice: pchoice(p=0.5, p=0.5) [1, 2]
randint: randint(low=10)
randint_1: randint(low=5, high=10)
uniform: uniform(low=0, high=1)
quniform: quniform(low=0, high=100, q=5)
uniformint: uniformint(low=LOW, high=HIGH)
loguniform: loguniform(low=math.log(1e-5), high=math.log(1e-1))
qloguniform: qloguniform(low=0, high=5, q=1)
normal: normal(mu=0, sigma=1)
qnormal: qnormal(mu=50, sigma=10, q=5)
lognormal: lognormal(mu=0, sigma=1)
last: qlognormal(mu=0, sigma=1, q=0.5)
line 1, setup: no marker affects it
    import math
line 3, setup: no marker affects it
    import hyperopt.hp as hp
line 4, setup: no marker affects it
    from hyperopt import hp as space_of
line 6, setup: no marker affects it
    LOW, HIGH = 1, 9
line 9, trial: contains a marker
    def model():
        return [
            ((1, 2)[_ht_['choice']]),
            ((1, 2)[_ht_['pchoice']]),
            (_ht_['randint']),
            (_ht_['randint_1']),
            (_ht_['uniform']),
            (_ht_['quniform']),
            (_ht_['uniformint']),
            (_ht_['loguniform']),
            (_ht_['qloguniform']),
            (_ht_['normal']),
            (_ht_['qnormal']),
            (_ht_['lognormal']),
            (_ht_['last']),
        ]
