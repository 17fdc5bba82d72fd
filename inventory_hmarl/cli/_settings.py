"""The command line of `simulation/run_simulation.py`: a run of the brief's settings.

It prints plain text: a process that starts in a moment loads no library that it can do without.
"""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any  # metrics are nested dicts of numbers and None

import click

from inventory_hmarl.cli._shell import DAYS, SEED, UserError

if TYPE_CHECKING:
    from inventory_hmarl.case import Case
    from inventory_hmarl.twin import DigitalTwin

Metrics = Mapping[str, Any]


def imported(settings: ModuleType | str) -> ModuleType:
    """Return a module of settings; a fault in its text is a user's mistake, told with its line."""
    if not isinstance(settings, str):
        return settings
    try:
        return importlib.import_module(settings)
    except SyntaxError as error:
        raise UserError(f"{error.filename}, line {error.lineno}: {error.msg}.") from error
    except Exception as error:  # the user's own code may raise anything
        line = traceback.extract_tb(error.__traceback__)[-1]
        raise UserError(
            f"{line.filename}, line {line.lineno}: {type(error).__name__}: {error}."
        ) from error


def command(settings: ModuleType) -> click.Command:
    """Return the command that runs the settings of a module."""

    @click.command("run_simulation.py", context_settings={"help_option_names": ["-h", "--help"]})
    @click.option("--days", metavar="N", callback=DAYS, help="Days of the run, warm-up included.")
    @click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        default=("normal",),
        help="A what-if; several, or a+b, are combined.",
    )
    @click.option(
        "--seed",
        metavar="N",
        callback=SEED,
        help="Seed of all chance; default: that of the settings.",
    )
    @click.option(
        "--engine", metavar="NAME", default="numpy", show_default=True, help="numpy, or jax."
    )
    @click.option("--verbose", is_flag=True, help="Print a line a day.")
    @click.option("--quiet", is_flag=True, help="Print the key figures alone.")
    def run(
        *,
        days: int | None,
        scenarios: tuple[str, ...],
        seed: int | None,
        engine: str,
        verbose: bool,
        quiet: bool,
    ) -> None:
        """Simulate the supply chain of config/simulation_config.py, day by day."""
        from inventory_hmarl.reports.advice import idle_scenarios
        from inventory_hmarl.twin import DigitalTwin

        case = _case(settings, days, seed)
        twin = DigitalTwin(case, scenarios, engine=engine)
        if not quiet:
            for line in idle_scenarios(case, scenarios):
                click.echo(f"warning: {line}", err=True)
            click.echo(_head(twin.case, " + ".join(scenarios)))
        for line in days_of(twin):
            if verbose and not quiet:
                click.echo(line)
        lines = key_figures if quiet else summary
        for line in lines(twin.get_metrics()):
            click.echo(line)

    return run


def _case(settings: ModuleType, days: int | None, seed: int | None) -> Case:
    from inventory_hmarl.case import case_from_module

    case = case_from_module(settings)
    if days is not None and days <= case.warmup_days:
        raise UserError(
            f"--days {days}: must exceed the {case.warmup_days} days of warm-up (WARMUP_DAYS), "
            "which no figure counts."
        )
    changes = {"days": days, "seed": seed}
    return case.changed(**{name: value for name, value in changes.items() if value is not None})


def _head(case: Case, scenario: str) -> str:
    return (
        f"{case.days} days, the first {case.warmup_days} to warm up; "
        f"scenario {scenario}; seed {case.seed}"
    )


def days_of(twin: DigitalTwin) -> Iterator[str]:
    """Run a twin to its end; yield a line a day."""
    twin.reset()
    yield (
        f"{'day':>5} {'demand':>9} {'sales':>9} {'lost':>9} {'service':>8} "
        f"{'stock':>10} {'cost':>12}"
    )
    while not twin.done:
        state, day, _, _ = twin.step()
        yield (
            f"{state['day']:>5} {day['demand']:>9,.0f} {day['sales']:>9,.0f} "
            f"{day['lost_sales']:>9,.0f} {share(day['service_level'], 1):>8} "
            f"{day['inventory']:>10,.0f} {money(day['total_cost']):>12}"
        )


def key_figures(metrics: Metrics) -> Iterator[str]:
    """Yield the figures that matter most, on one line."""
    yield (
        f"service level {share(metrics['avg_service_level'])}; "
        f"lost sales {units(metrics['total_lost_sales'])} units; "
        f"total cost {money(metrics['total_cost'])}"
    )


def share(value: float | None, digits: int = 2) -> str:
    """Return a share as a percentage, "-" where it is undefined."""
    return "-" if value is None else f"{100 * value:.{digits}f} %"


def money(value: float | None) -> str:
    """Return an amount of money, "-" where it is undefined."""
    return "-" if value is None else f"${value:,.2f}"


def units(value: float | None) -> str:
    """Return a number of units, "-" where it is undefined."""
    return "-" if value is None else f"{value:,.10g}"


def level(value: float | None) -> str:
    """Return a level of stock, "-" where it is undefined."""
    return "-" if value is None else f"{value:,.1f}"


Line = tuple[str, str, Callable[[float | None], str]]

SECTIONS: dict[str, tuple[Line, ...]] = {
    "Service": (
        ("Service level", "avg_service_level", share),
        ("Lowest of a day", "min_service_level", share),
        ("Fill rate of orders", "fill_rate", share),
        ("Demand, units", "total_demand", units),
        ("Sales, units", "total_sales", units),
        ("Lost sales, units", "total_lost_sales", units),
    ),
    "Cost": (
        ("Holding cost", "total_holding_cost", money),
        ("Stockout penalty", "total_stockout_penalty", money),
        ("Ordering cost", "total_ordering_cost", money),
        ("Total cost", "total_cost", money),
        ("A day", "avg_daily_cost", money),
    ),
    "Beside the cost": (
        ("Revenue", "revenue", money),
        ("Purchases", "purchase_cost", money),
        ("Profit", "profit", money),
    ),
    "Inventory, units": (
        ("Average", "avg_inventory", level),
        ("Lowest", "min_inventory", level),
        ("Highest", "max_inventory", level),
        ("Standard deviation", "inventory_std", level),
    ),
}


def summary(metrics: Metrics) -> Iterator[str]:
    """Yield the lines of the brief's report: service, cost, inventory, then each location."""
    for title, lines in SECTIONS.items():
        yield f"\n{title}"
        for label, name, written in lines:
            yield f"  {label:<22} {written(metrics[name]):>16}"
    for kind in ("stores", "warehouses"):
        yield from _table(kind.capitalize(), metrics[kind])


def _table(title: str, rows: Mapping[str, Metrics]) -> Iterator[str]:
    if not rows:
        return
    width = max(len(title), *map(len, rows))
    yield (
        f"\n{title:<{width}} {'service':>9} {'demand':>10} {'lost':>9} "
        f"{'fill rate':>10} {'avg stock':>11} {'cost':>14}"
    )
    for name, row in rows.items():
        yield (
            f"{name:<{width}} {share(row['avg_service_level']):>9} "
            f"{units(row['total_demand']):>10} {units(row['total_lost_sales']):>9} "
            f"{share(row['fill_rate']):>10} {level(row['avg_inventory']):>11} "
            f"{money(row['total_cost']):>14}"
        )
