"""Environments for agents: thin shells over the core."""
