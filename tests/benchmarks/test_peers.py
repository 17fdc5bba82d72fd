"""The peers of the benchmark, without their libraries and without a network."""

import json
import math

import pytest

from benchmarks import bench
from benchmarks.measures import peers
from benchmarks.peers import comparing, environment
from benchmarks.peers.protocol import DAYS, Answer
from inventory_hmarl import case_from_dict
from inventory_hmarl.cli.bench import command

SCRIPTS = comparing.scripts()
ANSWER = {
    "speeds": {"one chain": [900.0, 1000.0, 1100.0], "batch of 8": [700.0, 800.0, 900.0]},
    "results": {"fill rate": [0.9, 0.01]},
    "stock": {"store_0": [1.0, 2.0]},
    "version": "1.2",
}


@pytest.fixture(params=SCRIPTS, ids=lambda path: path.stem)
def peer(request):
    """Each peer, as its script describes it to a Python that lacks its library."""
    return comparing.describe(request.param)


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """An environment that is not there yet, where every command fails like pip without network."""
    told = "Looking\nERROR: No matching distribution found\n[notice] something else\n"
    monkeypatch.setattr(environment, "FOLDER", tmp_path / "peers")
    monkeypatch.setattr(environment, "STAMP", tmp_path / "peers" / "made-from")
    monkeypatch.setattr(environment, "_run", lambda command: (False, told))
    monkeypatch.setattr(bench, "measured", lambda name: peers.figures())  # not in another process


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_compiles(path):
    """A peer's script is Python that our oldest Python can read."""
    compile(path.read_text(encoding="utf-8"), str(path), "exec")


def test_there_are_scripts():
    """The tests of every peer have peers to look at."""
    assert len(SCRIPTS) == 3


def test_every_peer_is_pinned(peer):
    """What a script needs is in the requirements with an exact version."""
    assert environment.pinned()[peer.distribution][0].isdigit()


def test_our_side_of_every_case_runs(peer):
    """The case of a peer is a case of ours, with customers and every result."""
    case = case_from_dict(peer.settings)
    assert (case.days, len(case.stores), len(case.warehouses)) == (DAYS, 3, 1)
    results = comparing.our_results(case)
    assert all(math.isfinite(mean) and error > 0 for mean, error in results.values())
    assert 0.9 < results["fill rate"][0] < 1


def test_given_customers_come_on_our_side(peer):
    """On the demand that a peer is given, ours has each location's stock of every day."""
    demand = comparing.same_customers()
    case = comparing.replayed(peer, demand)
    stock = comparing.our_stock(case)
    assert {len(units) for units in stock.values()} == {DAYS}
    first = case.stores["store_0"].initial_inventory - demand[0][0]
    assert stock["store_0"][0] == first


def test_an_answer_is_the_last_line():
    """What a library prints before the answer does no harm."""
    text = f"some advertisement\n{json.dumps(ANSWER)}\n"
    assert comparing.read_answer(text) == Answer(**ANSWER)


@pytest.mark.parametrize(
    "text", ["", "Traceback", "[]", "{}", '{"speeds": {}, "results": {}, "stock": {}}']
)
def test_an_unreadable_answer_is_an_absent_peer(text):
    """A script that answers no figures is told as such, without a traceback."""
    with pytest.raises(environment.AbsentError, match="did not run"):
        comparing.read_answer(text)


def test_ours_stands_beside_each_figure():
    """Speeds, days and results are each compared with ours."""
    ours = comparing.Ours(
        steps=10_000.0,
        batch=8e6,
        environment=15_000.0,
        results={"fill rate": (0.92, 0.0)},
        stock={"store_0": [1.0, 3.5]},
    )
    one, batch, days, fill = comparing.beside("peer 1.2", Answer(**ANSWER), ours)
    told = "10 a day at a time (10.0 times), 15 as a Gymnasium environment (15.0 times)"
    assert (one.median, one.compared) == (1.0, f"inventory-hmarl: {told}")
    assert "10,000 times" in batch.compared
    assert (days.median, days.compared.split("; ")[1]) == (50.0, "largest difference 1.5 units")
    assert fill.compared == "inventory-hmarl: 0.92; 2.0 standard errors apart"
    assert fill.lowest < 0.9 < fill.highest


def test_an_absent_peer_is_a_row_that_says_why(nowhere, capsys):
    """Where nothing can be installed, every peer says so and the measure ends well."""
    assert bench.main(["peers"], as_json=True) == 0
    output = capsys.readouterr()
    figures = json.loads(output.out)["figures"]
    assert len(figures) == len(SCRIPTS)
    for figure in figures:
        assert figure["median"] is None
        assert figure["compared"].startswith("not installed: ")
        assert figure["compared"].endswith("No matching distribution found")
        assert figure["compared"] in output.err
        assert "| - | - |" in bench.as_markdown([bench.Figure(**figure)])


def test_the_peers_have_a_table_of_their_own(nowhere, tmp_path):
    """Writing the peers' table leaves the other table alone."""
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- bench -->\nkept\n<!-- end of bench -->\n<!-- peers -->\nold\n<!-- end of peers -->\n",
        encoding="utf-8",
    )
    bench.main(["peers"], markdown=page)
    text = page.read_text(encoding="utf-8")
    assert "kept" in text
    assert "old" not in text
    assert "stockpyl" in text.partition("<!-- peers -->")[2]


def test_a_table_from_another_machine_stays(monkeypatch, tmp_path):
    """Where there is no GPU, what was measured on one is not lost; its absence is told."""
    page, before = tmp_path / "page.md", "<!-- gpu -->\nold\n<!-- end of gpu -->\n"
    page.write_text(before, encoding="utf-8")
    found = bench.Figure("one GPU", None, None, None, "", "no GPU here")
    monkeypatch.setattr(bench, "measured", lambda name: iter([found]))
    bench.main(["gpu"], markdown=page)
    assert page.read_text(encoding="utf-8") == before
    found = bench.Figure("one GPU", 1.0, 1.0, 1.0, "", "")
    bench.main(["gpu"], markdown=page)
    assert "| one GPU | 1 |" in page.read_text(encoding="utf-8")


def test_the_help_names_every_measure():
    """`bench --help` lists what may be measured."""
    assert all(name in command.help for name in bench.MEASURES)


def test_figures_are_told_as_numbers():
    """A figure shows its median and its range."""
    figure = bench.Figure("speed", 1.0, 0.5, 2.0, "s", "")
    assert bench.numbers(figure) == ("1", "0.5 to 2")
