"""What learning is worth: rules, learners and optima on the same customers, in one table.

`python -m benchmarks.agents` makes it. A problem is a file in `problems/`; what plays it is a file
in `references/` (optima and bounds), `rules/` or `learners/`. To add one, write one:
docs/learning.md says what it must provide.
"""
