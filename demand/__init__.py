"""Door to the demand of `inventory_hmarl.entities`."""
