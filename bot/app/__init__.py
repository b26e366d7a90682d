"""Where the rooms are joined: the only modules that know core, adapters and storage alike."""
