"""One word and its spellings: plurals, British and American, numbers, names made of signs.

Everything is data beside it, a form and what it is one word with, one a line; each file says where it comes from.
"""
