"""How Slack's requests come in: over a socket, or over HTTP."""
