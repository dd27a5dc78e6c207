"""What learns from finished games: the history, and later what is fitted to it."""
