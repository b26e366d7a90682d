"""Where the app is installed: workspaces, their tokens, coming and going."""
