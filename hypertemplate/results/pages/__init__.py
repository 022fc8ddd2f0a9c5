"""Page of a study: its texts, its table, its source, and the file that it is written to."""
