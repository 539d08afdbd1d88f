"""Archives of articles, one module a form: JSON Lines, CSV, Parquet, WARC, GDELT's knowledge graph.

Each form's module has a ``read_*`` that yields articles and rejections in the order of the file, and can
leave out the first so many records without reading them closely. ``read.read_articles`` chooses among them.
"""
