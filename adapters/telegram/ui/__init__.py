"""What only Telegram shows: menus and inline answers."""
