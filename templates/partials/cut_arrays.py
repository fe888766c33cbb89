# {% if data.uses_groups %}
def cut(groups: Column, config: Config) -> dict[str, np.ndarray]:
    """Row numbers by split; rows of one group stay together, so that none is met twice."""
    names, codes = coded(groups)
    order = shuffled(np.arange(len(names)), random.Random(config.split_seed))
    ends = np.cumsum(np.bincount(codes, minlength=len(names))[order])  # rows of the first groups
    wanted = {
        # {% if data.cuts_test %}
        "test": round(len(groups) * config.test_fraction),
        # {% endif %}
        # {% if data.cuts_validation %}
        "validation": round(len(groups) * config.validation_fraction),
        # {% endif %}
        "train": len(groups),
    }
    parts: dict[str, np.ndarray] = {}
    taken = num_rows = 0
    for split, more in wanted.items():
        first, taken = taken, taken
        if more:
            taken = min(int(np.searchsorted(ends, num_rows + more)) + 1, len(order))
        is_member = np.zeros(len(order), bool)
        is_member[order[first:taken]] = True
        parts[split] = np.flatnonzero(is_member[codes])
        num_rows += len(parts[split])
    return parts


# {% else %}
# {% if data.stratified %}
def cut(labels: Column, config: Config) -> dict[str, np.ndarray]:
    """Row numbers by split; every class keeps its share."""
    rng = random.Random(config.split_seed)
    parts: dict[str, list[np.ndarray]] = {"train": [], "validation": [], "test": []}
    names, codes = coded(labels)
    by_class = np.argsort(codes, kind="stable")
    for members in np.split(by_class, np.cumsum(np.bincount(codes, minlength=len(names)))[:-1]):
        rows = shuffled(members, rng)
        num_test = round(len(rows) * {{ data.test_fraction_expression }})
        num_held_out = num_test + round(len(rows) * {{ data.validation_fraction_expression }})
        parts["test"].append(rows[:num_test])
        parts["validation"].append(rows[num_test:num_held_out])
        parts["train"].append(rows[num_held_out:])
    return {name: np.sort(np.concatenate(rows)) for name, rows in parts.items()}


# {% else %}
def cut(num_rows: int, config: Config) -> dict[str, np.ndarray]:
    """Row numbers by split, at random."""
    rows = shuffled(np.arange(num_rows), random.Random(config.split_seed))
    num_test = round(num_rows * {{ data.test_fraction_expression }})
    num_held_out = num_test + round(num_rows * {{ data.validation_fraction_expression }})
    return {
        "train": np.sort(rows[num_held_out:]),
        "validation": np.sort(rows[num_test:num_held_out]),
        "test": np.sort(rows[:num_test]),
    }


# {% endif %}
# {% endif %}
