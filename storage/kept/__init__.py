"""The store, part by part, as bot.kept has them. Every method is one transaction on the database's own thread."""
