"""Rules of the textbook, tuned, a file each: `NAME`, `SEEDS`, `enter(problem, seed)`."""
