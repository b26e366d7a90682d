"""Very many standing queries against papers: the index and its parts."""
