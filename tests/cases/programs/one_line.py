import os; A = {{uniform(0, 1)}}; B = 2; C = A
if B: D = {{choice([1, 2])}}; E = B
class F: x = 1; y = {{choice([1, 2])}}
def model(): z = {{uniform(2, 3)}}; return A, C, D, F, z, os, E, H, I, J
for _ in range(B): print(_); pass
(G,
 H) = 1, 2; I = A; J = 3
optim.minimize(model); K = 4; print(K)

# output
model, joined: none
A: uniform(low=0, high=1)
D: choice() [1, 2]
y: choice() [1, 2]
z: uniform(low=2, high=3)
line 1, setup: no marker affects it
    import os
line 1, trial: contains a marker
    A = (_ht_['A'])
line 1, setup: no marker affects it
    B = 2
line 1, trial: it uses 'A', which is made for each trial (line 1)
    C = A
line 2, trial: contains a marker
    if B: D = ((1, 2)[_ht_['D']]); E = B
line 3, trial: contains a marker
    class F: x = 1; y = ((1, 2)[_ht_['y']])
line 4, trial: it uses 'A', which is made for each trial (line 1)
    def model(): z = (_ht_['z']); return A, C, D, F, z, os, E, H, I, J
line 5, left out: nothing needs it
line 6, setup: no marker affects it
    (G,
     H) = 1, 2
line 7, trial: it uses 'A', which is made for each trial (line 1)
    I = A
line 7, setup: no marker affects it
    J = 3
line 8, left out: it calls minimize
line 8, left out: it comes after the search on line 8
line 8, left out: it comes after the search on line 8
