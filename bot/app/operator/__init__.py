"""Commands of the shell for whoever runs the bot."""
