"""What only Slack shows: windows, the tab, shortcuts, cards of links."""
