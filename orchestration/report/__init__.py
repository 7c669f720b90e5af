"""The evidence browser: a static site made from the published database, which opens from disk without a server.

One way through: the SQL files of `queries/` give the rows of every page, `pages.py` makes frozen views of them, the
templates write HTML. What the tables mean is decided in dbt, none of it here.
"""
