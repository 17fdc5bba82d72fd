"""Run the simulation with the settings of `config/simulation_config.py`.

    python simulation/run_simulation.py --days 60 --scenario spike

`--help` lists the options. `inventory-hmarl run CASE` does the same for a case file.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.environment import enter

if __name__ == "__main__":
    enter()

    from inventory_hmarl.cli import run_simulation

    sys.exit(run_simulation("config.simulation_config"))
