"""What the JAX engine is made of; it needs the extra `jax`."""

from inventory_hmarl.extras import check_extra

check_extra("jax", "jax", "inventory_hmarl.engines.compiled")
