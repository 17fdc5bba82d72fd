"""What cannot be beaten, a file each: `NAME`, `SEEDS`, `enter(problem, seed)`."""
