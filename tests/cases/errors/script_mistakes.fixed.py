sizes = [8, 16]
units = {{choice(sizes)}}
rate = {{uniform(8, 9)}}


print(units, rate)
