"""LaTeX and HTML in titles and abstracts: read out for people, and folded for finding words."""
