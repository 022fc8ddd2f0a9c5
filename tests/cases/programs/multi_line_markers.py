def lstm(units, dropout, bidirectional):
    return units, dropout, bidirectional


def model():
    x = lstm(8, dropout={
         {uniform(0.05, 0.5)}}, bidirectional=True)
    y = {{choice([
        64,   # small
        128,  # large

        256
    ])}}
    z = {{  # the choice of a layer
        choice([
            lstm(1,
                 2,
                 3),
            [
                4,
            ],
        ], name='layer')
    }}
    return x, \
        y, {{
            uniform(0, 1)
        }}, z

# output
model, joined: none
dropout: uniform(low=0.05, high=0.5)
y: choice() [64, 128, 256]
layer: choice() [lstm(1, 2, 3), [4]]
uniform: uniform(low=0, high=1)
line 1, setup: no marker affects it
    def lstm(units, dropout, bidirectional):
        return units, dropout, bidirectional
line 5, trial: contains a marker
    def model():
        x = lstm(8, dropout=(_ht_['dropout']
    ), bidirectional=True)
        y = ((
    64, 
    128, 

    256)[_ht_['y']]
    )
        z = (

    lstm(1,
                     2,
                     3) if _ht_['layer'] == 0 else 
    [
                    4,
                ]

    )
        return x, \
            y, (_ht_['uniform']

    ), z
