"""The forms that feeds come in, each read into the same :class:`~ingest.feeds.document.Document`."""
