"""What several cores can do at most: processes that work when they are told to."""

from benchmarks import beside
from benchmarks.measures import cores


def test_processes_work_alone_and_together(monkeypatch):
    """Each process says how often it did its work in a second, as often as it is asked."""
    monkeypatch.setattr(cores, "RUNS", 1)
    with beside.processes("arithmetic", [0, 0]) as rates:
        assert len(rates(slice(None))) == 2
        (alone,) = rates(slice(1, 2))
        assert alone > 1
    (times,) = cores.ratios("arithmetic", [0])
    assert times > 0.1
