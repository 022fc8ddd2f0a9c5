"""SQLite database of a study; the only folder that imports sqlite3."""
