"""Work that one of several workers does for all: polls, lines where one program may listen, chores."""
