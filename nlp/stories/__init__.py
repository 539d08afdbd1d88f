"""Which reports tell one event: fingerprints, the decision on a pair, the online clusterer, novelty."""
