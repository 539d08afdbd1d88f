"""The pages behind new articles: queued, read politely, stored as revisions or as excerpts."""
