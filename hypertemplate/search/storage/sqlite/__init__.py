"""The SQLite database of a study; the only room that imports sqlite3."""
