"""What stands in a sentence: its words, names, records and breaks."""
