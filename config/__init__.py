"""Settings of the simulation that a user edits: `config/simulation_config.py`."""
