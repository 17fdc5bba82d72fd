"""Hypothesis draws of disruptions, as the tables of a case file."""

from __future__ import annotations

from hypothesis import strategies as st

from inventory_hmarl.testing.drawn_networks import DrawnNetwork
from inventory_hmarl.testing.drawn_units import Settings, chance


def disruptions(draw: st.DrawFn, network: DrawnNetwork, days: int) -> dict[str, Settings]:
    """Draw one or two disruptions, of lanes and of the locations that those lead to."""
    return {
        f"trouble_{n}": _disruption(draw, network, days) for n in range(draw(st.integers(1, 2)))
    }


def _disruption(draw: st.DrawFn, network: DrawnNetwork, days: int) -> Settings:
    stops = draw(st.sets(st.sampled_from(["orders", "shipments", "transit", "receipts"])))
    lanes = draw(st.lists(st.sampled_from(network.lanes), min_size=1, max_size=3))
    settings: Settings = _times(draw, days)
    if stops:
        settings["stops"] = sorted(stops)
    if not stops or draw(chance(3)):
        settings["delay"] = draw(st.integers(1, 3))
    if draw(chance(3)):
        settings["skus"] = [draw(st.sampled_from(network.skus))]
    if draw(st.booleans()):
        ends = {(lane.source, lane.destination) for lane in lanes}
        settings["lanes"] = [{"source": s, "destination": d} for s, d in sorted(ends)]
    else:
        # Both ends of a lane, so that whatever stops is met with.
        settings["locations"] = list(dict.fromkeys([lanes[0].source, lanes[0].destination]))
        if draw(chance(3)):
            settings["limit"] = draw(st.sampled_from([0.0, 2.0, 5.0]))
        if draw(chance(2)):
            settings["destroys"] = draw(st.sampled_from([0.25, 0.5, 1.0]))
    return settings


def _times(draw: st.DrawFn, days: int) -> Settings:
    way = draw(st.sampled_from(["given", "weekdays", "random", "chain"]))
    if way == "given":
        first = draw(st.integers(1, days))
        return {"first_day": first, "last_day": draw(st.integers(first, days))}
    if way == "weekdays":
        return {"weekdays": sorted(draw(st.sets(st.integers(1, 7), min_size=1, max_size=3)))}
    probability = draw(st.sampled_from([0.1, 0.3]))
    lasting = {"duration": draw(st.integers(1, 4))} if way == "random" else {"recovery": 0.4}
    return {"probability": probability, **lasting}
