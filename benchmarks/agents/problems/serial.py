"""Three stages in series, customers wait: echelon base-stock is optimal, and its levels are known.

Source: Snyder & Shen, "Fundamentals of Supply Chain Theory", 2nd ed. (2019), Example 6.1, whose
cost of 47.65 a day is 17.66 without the stock in transit.
"""

from benchmarks.agents.playing import Rules
from benchmarks.agents.problem import Problem
from inventory_hmarl.verification.case_files import verification_cases


def problem() -> Problem:
    """Return the verification case P07, over fewer days."""
    case = verification_cases()["P07"].case.changed(days=200, warmup_days=50)
    title = "three stages in series, customers wait (Clark & Scarf 1960)"
    return Problem(title, case, optimum=lambda: Rules(case), published=17.66)
