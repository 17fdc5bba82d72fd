"""A study on a Ray cluster of several nodes, one of which is killed: `python -m tools.ray_study`.

Needs the extras `ray` and `study`. A head and two nodes are started on this machine; once some
chunks have come in, a node is killed; at the end the folder must be, byte for byte, that of the
same study on this machine's cores.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any  # Ray is no dependency of the tools

from inventory_hmarl import default_case
from inventory_hmarl.studies.sweeping import Plan, plan, run_plan
from tools.kill_study import PLACE, files

KILL_AFTER = 0.25  # of all chains
PATIENCE = 60  # seconds until the cluster must have seen that a node is gone


def study() -> Plan:
    """Return a study of some tens of chunks."""
    places = {PLACE: "0.8:1.0:8", "lanes[0].lead_time": "3,5,7"}
    return plan(default_case(), places, replications=6000)


def killer(cluster: object, node: object) -> Callable[[int, int], None]:
    """Return what kills a node once enough chains have come in."""
    killed = False

    def progress(done: int, whole: int) -> None:
        nonlocal killed
        if not killed and done >= KILL_AFTER * whole:
            killed = True
            cluster.remove_node(node, allow_graceful=False)  # type: ignore[attr-defined]
            print(f"killed a node after {done:,} of {whole:,} chains", flush=True)

    return progress


def left(ray: Any, expected: int) -> int:  # noqa: ANN401 - a module
    """Return how many nodes are alive; the cluster takes some heartbeats to see that one is not."""
    for _ in range(PATIENCE):
        alive = sum(node["Alive"] for node in ray.nodes())
        if alive == expected:
            break
        time.sleep(1.0)
    return int(alive)


def main() -> None:
    """Run the study on cores, then on a cluster that loses a node, and compare."""
    import ray
    from ray.cluster_utils import Cluster

    made = study()
    with tempfile.TemporaryDirectory() as work:
        on_cores, on_ray = Path(work) / "cores", Path(work) / "ray"
        begun = time.monotonic()
        run_plan(made, out=on_cores)
        print(
            f"on cores: {len(made.chunks)} chunks in {time.monotonic() - begun:.1f} s", flush=True
        )
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        try:
            nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
            ray.init(address=cluster.address, log_to_driver=False)
            print(f"cluster: {len(ray.nodes())} nodes, {ray.cluster_resources()['CPU']:.0f} CPUs")
            begun = time.monotonic()
            run_plan(made, out=on_ray, on="ray", progress=killer(cluster, nodes[0]))
            taken = time.monotonic() - begun
            alive = left(ray, 2)
            print(f"on ray: {taken:.1f} s; {alive} nodes left", flush=True)
        finally:
            ray.shutdown()
            cluster.shutdown()
        assert alive == 2, "the node was not killed"
        assert files(on_cores) == files(on_ray), "the folders differ"
    print("the folder is byte for byte that of the study on cores: nothing lost, nothing twice")


if __name__ == "__main__":
    sys.exit(main())
