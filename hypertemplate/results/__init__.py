"""Results of a study as data, and the pages, charts, tables and exports that are made of it."""
