"""How the days are run. `numpy_engine` loops over blocks of replications and days."""
