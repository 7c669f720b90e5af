"""Text in, facts out: reads conflict news into records whose every value leads back to its words.

Public calls: `extract.sources.files.read_paths` turns files into articles, `extract.sources.declarations.read_source`
reads a declared source (a feed, an archive, a table), `extract.pipeline.load_pipeline().extract` turns an article into
an `Extraction`. This package knows no database and no scheduler.
"""
