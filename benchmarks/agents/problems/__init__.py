"""Problems, a file each, which defines `problem()`; names that begin with `_` are shared parts."""
