"""Source text and syntax trees: parts, places, parsing, scopes, and the order of evaluation."""
