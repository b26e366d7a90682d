"""Chats, their subscriptions, and what adapters keep."""
