"""The script that runs the simulation from a checkout."""
