"""What Slack sends, read as what people typed."""
