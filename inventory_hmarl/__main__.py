"""`python -m inventory_hmarl` is the command `inventory-hmarl`."""

from __future__ import annotations

from inventory_hmarl.cli import main

if __name__ == "__main__":
    main(prog_name="inventory-hmarl")
