"""What many replications say: means with their intervals."""
