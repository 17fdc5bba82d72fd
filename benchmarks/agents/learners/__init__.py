"""Learners, a file each: `NAME`, `SEEDS`, `enter(problem, seed)`."""
