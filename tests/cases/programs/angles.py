"""Markers such as <<uniform(0, 1)>> in the second spelling."""
SHIFT = 1 << 4 >> 2
RATE = <<loguniform(-9, -2)>>


def model(Dense=dict):
    # <<uniform(0, 1)>> is text
    width = <<choice([1 << 4, 1 << 5])>> >> 1
    width >>= <<choice([0, 1])>>
    deep = 2<<<choice([1, 3])>>
    same = <<choice([1, 2])>>==<<choice([1, 2])>>
    layer = Dense(
        units=<<
            choice([
                64,  # >>
                128,
            ])
        >>,
        rate={{uniform(0, 0.5)}},
        text='>>',
    )
    return width, deep, same, layer, SHIFT, RATE

# output
model, joined: none
RATE: loguniform(low=-9, high=-2)
width: choice() [1 << 4, 1 << 5]
width_1: choice() [0, 1]
deep: choice() [1, 3]
same: choice() [1, 2]
same_1: choice() [1, 2]
units: choice() [64, 128]
rate: uniform(low=0, high=0.5)
line 1, setup: no marker affects it
    """Markers such as <<uniform(0, 1)>> in the second spelling."""
line 2, setup: no marker affects it
    SHIFT = 1 << 4 >> 2
line 3, trial: contains a marker
    RATE = (_ht_['RATE'])
line 6, trial: it uses 'RATE', which is made for each trial (line 3)
    def model(Dense=dict):
        # <<uniform(0, 1)>> is text
        width = ((1 << 4) if _ht_['width'] == 0 else (1 << 5)) >> 1
        width >>= ((0, 1)[_ht_['width_1']])
        deep = 2<((1, 3)[_ht_['deep']])
        same = ((1, 2)[_ht_['same']])==((1, 2)[_ht_['same_1']])
        layer = Dense(
            units=((

    64, 
    128)[_ht_['units']]

    ),
            rate=(_ht_['rate']),
            text='>>',
        )
        return width, deep, same, layer, SHIFT, RATE
