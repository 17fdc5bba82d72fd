"""Door to `inventory_hmarl.scenarios`."""
