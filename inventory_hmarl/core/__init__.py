"""The simulator itself: pure functions on arrays, which import NumPy and nothing else.

Start reading at `horizon` (many days), then `day` (one day), then `state` (what is carried over).
"""
