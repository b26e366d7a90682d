"""From a feed's list day to what is owed for it."""
