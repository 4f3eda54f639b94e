"""Medians over the rounds, and the table."""
import statistics


def results_of(runs, title, server):
    """By round."""
    return {run["round"]: run["result"] for run in runs if run["case"] == title and run["server"] == server}


def median_or_none(figures):
    figures = [figure for figure in figures if figure is not None]
    return statistics.median(figures) if figures else None


def number(figure, digits):
    return "-" if figure is None else f"{figure:.{digits}f}"


def median(results, figure, digits):
    return number(median_or_none([figure(result) for result in results]), digits)


def render(columns, rows):
    """A Markdown table, so that it can go where it is read."""
    rows = [columns, *rows]
    widths = [max(len(line[column]) for line in rows) for column in range(len(columns))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
