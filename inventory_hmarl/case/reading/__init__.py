"""Files, and what may be wrong with them before a case is read from them."""
