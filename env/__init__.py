"""Door to `inventory_hmarl.twin`: the digital twin."""
