"""State that setup leaves behind: recorded once, compared after each trial, and put back in place."""
