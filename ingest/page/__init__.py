"""The page behind a feed's entry: fetched politely, read once, judged before it is used."""
