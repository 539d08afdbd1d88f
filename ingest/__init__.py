"""The world turned into records: feeds, archives, flows and prices. No SQL, no language processing."""
