"""The walk of a new paper: collected from a feed, owed to chats, sent once."""
