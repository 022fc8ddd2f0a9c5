from hyperopt import hp

LOW, HIGH = 16, 1024


def model():
    units = {{uniformint(LOW, HIGH, log=True)}}
    return [
        units,
        {{uniform(1e-5, 1e-1, log=True)}},
        {{hp.uniform(low=1e-5, high=1e-1, log=True, name='rate')}},
        {{quniform(8, 400, q=8, log=True)}},
        {{quniform(8, 400, step=8, log=False)}},
        {{choice([0, uniform(0.01, 10, log=True)])}},
        <<qnormal(50, 10, step=5)>>,
    ]

# output
model, joined: none
units: qloguniform(low=LOW, high=HIGH)
uniform: loguniform(low=1e-5, high=1e-1)
rate: loguniform(low=1e-5, high=1e-1)
quniform: qloguniform(low=8, high=400, q=8)
quniform_1: quniform(low=8, high=400, q=8)
choice: choice() [0, uniform(0.01, 10, log=True)]
choice.1: loguniform(low=0.01, high=10) in option 1 of choice
qnormal: qnormal(mu=50, sigma=10, q=5)
line 1, setup: no marker affects it
    from hyperopt import hp
line 3, setup: no marker affects it
    LOW, HIGH = 16, 1024
line 6, trial: contains a marker
    def model():
        units = (_ht_['units'])
        return [
            units,
            (_ht_['uniform']),
            (_ht_['rate']),
            (_ht_['quniform']),
            (_ht_['quniform_1']),
            (0 if _ht_['choice'] == 0 else (_ht_['choice.1'])),
            (_ht_['qnormal']),
        ]
