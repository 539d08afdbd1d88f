"""The languages that Southbound speaks to its readers: words, sentences, figures and names in each."""
