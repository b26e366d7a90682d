"""Words: how a text is read, how words are spelled, what acronyms stand for."""
