"""tried {{choice([1, 2])}} before"""

# model.add(Dropout({{uniform(0, 0.3)}}))
acc = 0.5
title = '$x^{{2}}$'
template = '{{id}}: {}'.format(3)
print(f'{{json}} {acc}', '{{ name }}')
marked = "'''"
tag = '<hashtag>' if title[0] == '#' else None
other = "'''"


def f():
    '''only a docstring'''


def model():
    """{{uniform(0, 1)}}"""
    # {{uniform(0, 1)}}
    kept = {1: {2: 3}}, {frozenset({1})}, [{acc}, {}], template, marked, tag, other, f
    return {{uniform(0, 1)}}  # {{uniform(2, 3)}}

# output
model, joined: none
uniform: uniform(low=0, high=1)
line 1, setup: no marker affects it
    """tried {{choice([1, 2])}} before"""
line 4, setup: no marker affects it
    acc = 0.5
line 5, setup: no marker affects it
    title = '$x^{{2}}$'
line 6, setup: no marker affects it
    template = '{{id}}: {}'.format(3)
line 7, left out: it only shows something
line 8, setup: no marker affects it
    marked = "'''"
line 9, setup: no marker affects it
    tag = '<hashtag>' if title[0] == '#' else None
line 10, setup: no marker affects it
    other = "'''"
line 13, setup: no marker affects it
    def f():
        '''only a docstring'''
line 17, trial: contains a marker
    def model():
        """{{uniform(0, 1)}}"""
        # {{uniform(0, 1)}}
        kept = {1: {2: 3}}, {frozenset({1})}, [{acc}, {}], template, marked, tag, other, f
        return (_ht_['uniform'])
