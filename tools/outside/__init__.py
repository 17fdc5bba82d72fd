"""What is run in an environment of its own: `python tools/check_outside.py NAME`."""
