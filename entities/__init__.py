"""Door to `inventory_hmarl.entities`: stores, warehouses and suppliers."""
