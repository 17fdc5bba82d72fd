"""Write the settings into `docs/case.md`, from the definitions that cases are checked by.

`python -m tools.write_case_page` after a setting, a policy or a scenario was added or changed.
"""

import dataclasses
from pathlib import Path
from typing import Any  # parts of a JSON Schema are of any type

from inventory_hmarl.case import case_schema
from inventory_hmarl.policies import RULES
from inventory_hmarl.scenarios import SCENARIOS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "case.md"
START, END = "<!-- settings -->", "<!-- end of settings -->"
WHERE = {
    "Case": "top of the file",
    "CostWeights": "`[cost_weights]`",
    "Demand": "`[demand]`; overrides in `skus.ID.demand` and `stores.ID.demand.SKU`",
    "Correlation": "`[correlation]`",
    "Spike": "`[[spikes]]`",
    "Promotion": "`[[promotions]]`",
    "CostChange": "`[[cost_changes]]`",
    "Event": "`[[events]]`, or a row of a calendar",
    "Sku": "`[skus.ID]`",
    "Store": "`[stores.ID]`",
    "Warehouse": "`[warehouses.ID]`",
    "Supplier": "`[suppliers.ID]`",
    "Lane": "`[[lanes]]`",
    "OnOrder": "`initial_on_order` of a lane",
    "Pool": "`[pools.ID]`",
    "Disruption": "`[disruptions.ID]`",
    "LaneEnds": "`lanes` of a disruption",
}

Schema = dict[str, Any]


def settings_text() -> str:
    """Return the tables of settings, policies and scenarios."""
    schema = case_schema()
    tables = [_table("Case", schema)]
    tables += [_table(n, schema["$defs"][n]) for n in WHERE if n in schema.get("$defs", {})]
    return "\n\n".join([*tables, _policies(), _scenarios()])


def _table(name: str, part: Schema) -> str:
    required = set(part.get("required", ()))
    lines = [f"### {WHERE[name]}", "", "| setting | meaning | default |", "|---|---|---|"]
    for setting, about in part["properties"].items():
        default = "required" if setting in required else _default(about.get("default"))
        lines.append(f"| `{setting}` | {about.get('description', '')} | {default} |")
    return "\n".join(lines)


def _default(value: object) -> str:
    plain = isinstance(value, int | float | str) and value != ""
    return f"`{value}`".replace("True", "true") if plain else ""


def _policies() -> str:
    lines = ["### Policies", "", "| rule | orders | parameters |", "|---|---|---|"]
    for rule, policy in sorted(RULES.items()):
        about = (policy.__doc__ or "").strip().splitlines()[0]
        fields = [f for f in dataclasses.fields(policy) if f.metadata]
        parameters = "; ".join(f"`{f.name}`: {f.metadata['help']}" for f in fields)
        lines.append(f"| `{rule}` | {about} | {parameters} |")
    return "\n".join(lines)


def _scenarios() -> str:
    lines = ["### Scenarios", "", "| scenario | what changes | parameters |", "|---|---|---|"]
    for name, scenario in sorted(SCENARIOS.items()):
        given = dataclasses.asdict(scenario)  # type: ignore[call-overload]  # each is a dataclass
        parameters = ", ".join(f"`{key}` = {value}" for key, value in given.items())
        lines.append(f"| `{name}` | {scenario.description} | {parameters} |")
    return "\n".join(lines)


def page(text: str) -> str:
    """Return the page with the settings between its markers."""
    head, _, rest = text.partition(START)
    return f"{head}{START}\n\n{settings_text()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
