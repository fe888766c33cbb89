def table(title: str, rows: list[dict[str, Any]]) -> list[str]:
    """A Markdown table; a bar or a line break in a text must not end its cell."""
    if not rows:
        return ["", f"## {title}", "", "none"]
    cells = [
        [f"{v:.3f}" if isinstance(v, float) else " ".join(str(v).replace("|", "\\|").split()) for v in row.values()]
        for row in rows
    ]
    header = ["| " + " | ".join(rows[0]) + " |", "|" + " --- |" * len(rows[0])]
    return ["", f"## {title}", "", *header, *("| " + " | ".join(row) + " |" for row in cells)]
