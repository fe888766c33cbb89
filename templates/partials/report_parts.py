def by_length(sizes: list[int], right: np.ndarray, measure: str = "tokens") -> list[dict[str, Any]]:
    """Share of right answers for each quarter of the {{ task.unit }}, from short to long."""
    lengths = np.array(sizes)
    quarters = np.array_split(np.argsort(lengths, kind="stable"), 4)
    return [
        {measure: f"{lengths[rows].min()}-{lengths[rows].max()}", {{ task.unit | py }}: len(rows), "right": round(float(right[rows].mean()), 4)}
        for rows in quarters
        if len(rows)
    ]


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
