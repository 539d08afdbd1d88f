"""The main job, stage by stage: ingest, tag, series. Each works on an open store."""
