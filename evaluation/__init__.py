"""Door to `inventory_hmarl.metrics`."""
