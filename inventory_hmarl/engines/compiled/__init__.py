"""What the JAX engine is made of: import it through `jax_engine`, which needs the extra `jax`."""
