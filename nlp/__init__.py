"""Text turned into annotations: entities, themes, tone, evidence. No SQL, no network."""
