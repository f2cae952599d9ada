"""The tables as Markdown, from the same numbers that the JSON beside it holds."""

from __future__ import annotations

from typing import Any

from training.reproduce.tables import CHANCE, RANDOM

EXPLANATION = (
    "Ours: mean ± standard deviation over seeds, in brackets the 95 % interval by bootstrap over test videos. "
    "A dash stands for what has not been measured, or what the paper does not give. "
    "Random weights: the same encoder untrained."
)


def markdown(summary: dict[str, Any]) -> str:
    """The whole page."""
    parts = [
        f"# {summary['paper']}: the paper's numbers and ours",
        EXPLANATION,
        _measured_on(summary["measured on"], summary["differing"]),
    ]
    parts += [_table(table) for table in summary["tables"]]
    parts.append(
        "## Does the paper's order hold?\n\n" + "\n".join(_claim(claim, summary) for claim in summary["claims"])
    )
    if summary["missing"]:
        parts.append("## Not measured yet\n\n" + "\n".join(f"- {run}" for run in summary["missing"]))
    return "\n\n".join(parts) + "\n"


def _measured_on(places: list[str], differing: bool) -> str:
    if len(places) > 1:
        heading = "Careful, the rows below were measured on different data:" if differing else "Measured on:"
        return f"{heading}\n\n" + "\n".join(f"- {place}" for place in places)
    return f"Measured on: {places[0]}." if places else "Nothing has been measured yet."


def _table(table: dict[str, Any]) -> str:
    columns = table["columns"]
    sets = " / ".join(table["sets"])
    head = ["model", *(t for c in columns for t in (f"{c['title']}: paper ({sets})", "ours", RANDOM))]
    lines = [head, ["---"] * len(head)]
    for row in table["rows"]:
        cells = [_cells(row, column) for column in columns]
        lines.append([row["title"], *(cell for three in cells for cell in three)])
    guess = [["-", _number(table[CHANCE].get(c["metric"]), c["percent"]), "-"] for c in columns]
    lines.append([CHANCE, *(cell for three in guess for cell in three)])
    note = f"\n\n{table['note']}" if table["note"] else ""
    return f"## {table['title']}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + note


def _cells(row: dict[str, Any], column: dict[str, Any]) -> tuple[str, str, str]:
    metric, percent = column["metric"], column["percent"]
    # The paper's numbers stand as it prints them: per cent are per cent already.
    paper = " / ".join(f"{n:.1f}" if percent else f"{n:.3f}" for n in row["paper"].get(metric, ())) or "-"
    return paper, _ours(row["ours"].get(metric), percent), _number(row[RANDOM].get(metric), percent)


def _ours(number: dict[str, Any] | None, percent: bool) -> str:
    if number is None:
        return "-"
    seeds = len(number["seeds"])
    spread = f" ± {_number(number['spread'], percent)}" if number["spread"] is not None else ""
    some = "" if seeds > 1 else " (one seed)"
    ends = f"[{_number(number['low'], percent)}, {_number(number['high'], percent)}]"
    return f"{_number(number['mean'], percent)}{spread} {ends}{some}"


def _number(value: float | None, percent: bool) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.1f}" if percent else f"{value:.3f}"


def _claim(claim: dict[str, Any], summary: dict[str, Any]) -> str:
    percent = any(c["percent"] for t in summary["tables"] for c in t["columns"] if c["metric"] == claim["metric"])
    seeds = [
        f"seed {seed}: {one['better']} {_number(one['high'], percent)}, {one['worse']} {_number(one['low'], percent)}"
        for seed, one in claim["seeds"].items()
    ]
    closest = f" ({'; '.join(seeds)})" if seeds else ""
    return f"- {claim['text']}, {claim['metric']}: **{claim['verdict']}**{closest}"
