"""The name under which the program is installed: its packages stand in this folder, beside nobody else's."""
