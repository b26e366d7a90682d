"""How words, buttons and links are written for Telegram."""
