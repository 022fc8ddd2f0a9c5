"""Text and trees: parts, places, parsing, scopes, and what a statement evaluates when."""
