"""The doors of the core: a page each, with the laws they keep.

Laws of all of them: times are aware and UTC; sequences are tuples; a call that raises has changed nothing.
"""
