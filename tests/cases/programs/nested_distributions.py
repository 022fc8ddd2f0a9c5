from keras.layers import Dense, Dropout


def model():
    rate = {{choice([0, uniform(0.1, 0.5)])}}
    stack = {{choice([
        [Dense(quniform(8, 64, 8)), Dropout(uniform(0, 0.5))],
        [Dense(choice([16, choice([32, uniformint(40, 50)])]))],
        [],
    ])}}
    kind = {{choice(['none', {'l2': loguniform(-9, -2, name='strength')}], name='kind')}}
    weighted = {{pchoice([(0.9, normal(0, 1)), (0.1, 'skip')])}}
    return rate, stack, kind, weighted

# output
model, joined: none
rate: choice() [0, uniform(0.1, 0.5)]
rate.1: uniform(low=0.1, high=0.5) in option 1 of rate
stack: choice() [[Dense(quniform(8, 64, 8)), Dropout(uniform(0, 0.5))], [Dense(choice([16, choice([32, uniformint(40, 50)])]))], []]
stack.Dense: quniform(low=8, high=64, q=8) in option 0 of stack
stack.Dropout: uniform(low=0, high=0.5) in option 0 of stack
stack.Dense_1: choice() [16, choice([32, uniformint(40, 50)])] in option 1 of stack
stack.Dense_1.1: choice() [32, uniformint(40, 50)] in option 1 of stack.Dense_1
stack.Dense_1.1.1: uniformint(low=40, high=50) in option 1 of stack.Dense_1.1
kind: choice() ['none', {'l2': loguniform(-9, -2, name='strength')}]
strength: loguniform(low=-9, high=-2) in option 1 of kind
weighted: pchoice(p=0.9, p=0.1) [normal(0, 1), 'skip']
weighted.0: normal(mu=0, sigma=1) in option 0 of weighted
line 1, setup: no marker affects it
    from keras.layers import Dense, Dropout
line 4, trial: contains a marker
    def model():
        rate = (0 if _ht_['rate'] == 0 else (_ht_['rate.1']))
        stack = (
    [Dense((_ht_['stack.Dense'])), Dropout((_ht_['stack.Dropout']))] if _ht_['stack'] == 0 else 
    [Dense((16 if _ht_['stack.Dense_1'] == 0 else (32 if _ht_['stack.Dense_1.1'] == 0 else (_ht_['stack.Dense_1.1.1']))))] if _ht_['stack'] == 1 else 
    []
    )
        kind = ('none' if _ht_['kind'] == 0 else {'l2': (_ht_['strength'])})
        weighted = ((_ht_['weighted.0']) if _ht_['weighted'] == 0 else 'skip')
        return rate, stack, kind, weighted
