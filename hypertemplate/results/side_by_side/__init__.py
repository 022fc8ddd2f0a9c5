"""Parameters, trials and studies beside each other, as lines of text."""
