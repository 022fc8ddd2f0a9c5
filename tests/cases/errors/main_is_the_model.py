rate = {{uniform(0, 1)}}

def main():
    return rate * {{randint(1, 5)}}

if __name__ == '__main__':
    main()

# output
model.py:4:19: warning HT109: nothing uses 'main', so this marker is not searched
    4 |     return rate * {{randint(1, 5)}}
      |                   ^~~~~~~~~~~~~~~~~
      = help: if main() is what you search, say so: --model main
