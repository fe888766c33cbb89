def by_length(sizes: {{ data.sizes_type }}, right: np.ndarray, measure: str = "tokens") -> list[dict[str, Any]]:
    """Share of right answers for each quarter of the {{ task.unit }}, from short to long."""
    lengths = np.array(sizes)
    quarters = np.array_split(np.argsort(lengths, kind="stable"), 4)
    return [
        {measure: f"{lengths[rows].min()}-{lengths[rows].max()}", {{ task.unit | py }}: len(rows), "right": round(float(right[rows].mean()), 4)}
        for rows in quarters
        if len(rows)
    ]


# {% include "partials/report_table.py" %}
