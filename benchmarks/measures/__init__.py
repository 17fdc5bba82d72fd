"""One file a measure: `CORES` that it may use, and `figures()`.

Each measure runs in a process of its own, held to so many cores.
"""
