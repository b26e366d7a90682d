"""Paperwire in Slack, on slack-bolt's async application."""
