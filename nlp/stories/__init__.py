"""Which reports tell one event: a report's fingerprint, the decision on a pair, the online clusterer, novelty."""
