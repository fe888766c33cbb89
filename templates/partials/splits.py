# {% if data.cuts %}
# {% if data.on_disk %}
# {% include "partials/cut_arrays.py" %}
# {% elif data.uses_groups %}
def read_groups(paths: tuple[str, ...]) -> list[str]:
    """The group of each row, before any is left out."""
    tables = [read_table(path, ({{ data.group | py }},)) for path in paths]
    return [group for table in tables for group in table[{{ data.group | py }}].to_pylist()]


def cut(groups: list[str], config: Config) -> dict[str, list[int]]:
    """Row numbers by split; rows of one group stay together, so that none is met twice."""
    rng = random.Random(config.split_seed)
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    names = sorted(members)
    rng.shuffle(names)
    names.reverse()  # taken from the end
    wanted = {
        # {% if data.cuts_test %}
        "test": round(len(groups) * config.test_fraction),
        # {% endif %}
        # {% if data.cuts_validation %}
        "validation": round(len(groups) * config.validation_fraction),
        # {% endif %}
        "train": len(groups),
    }
    parts: dict[str, list[int]] = {}
    for split, num_rows in wanted.items():
        parts[split] = []
        while names and len(parts[split]) < num_rows:
            parts[split] += members[names.pop()]
        parts[split].sort()
    return parts


# {% else %}
# {% if data.stratified %}
def cut(labels: list[str], config: Config) -> dict[str, list[int]]:
    """Row numbers by split; every class keeps its share."""
    rng = random.Random(config.split_seed)
    parts: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    for label in sorted(set(labels)):
        rows = [row for row, other in enumerate(labels) if other == label]
        rng.shuffle(rows)
        num_test = round(len(rows) * {{ data.test_fraction_expression }})
        num_held_out = num_test + round(len(rows) * {{ data.validation_fraction_expression }})
        parts["test"] += rows[:num_test]
        parts["validation"] += rows[num_test:num_held_out]
        parts["train"] += rows[num_held_out:]
    return {name: sorted(rows) for name, rows in parts.items()}


# {% else %}
def cut(num_rows: int, config: Config) -> dict[str, list[int]]:
    """Row numbers by split, at random."""
    rng = random.Random(config.split_seed)
    rows = list(range(num_rows))
    rng.shuffle(rows)
    num_test = round(num_rows * {{ data.test_fraction_expression }})
    num_held_out = num_test + round(num_rows * {{ data.validation_fraction_expression }})
    return {
        "train": sorted(rows[num_held_out:]),
        "validation": sorted(rows[num_test:num_held_out]),
        "test": sorted(rows[:num_test]),
    }


# {% endif %}
# {% endif %}
# {% endif %}
def read_splits(config: Config) -> dict[str, Examples]:
    """The splits by name."""
    # {% if data.checks_files %}
    check_files(config)
    # {% endif %}
    # {% if data.cuts %}
    # {% if data.uses_groups and data.on_disk %}
    examples, groups = read_examples(config.train_files, config)
    parts = cut(groups, config)
    # {% elif data.uses_groups %}
    examples, kept = read_examples(config.train_files, config)
    groups = read_groups(config.train_files)
    parts = cut([groups[row] for row in kept], config)
    # {% elif data.stratified %}
    examples, labels = read_examples(config.train_files, config)
    parts = cut(labels, config)
    # {% else %}
    examples = read_examples(config.train_files, config)
    parts = cut(len(examples), config)
    # {% endif %}
    # {% if data.file_names %}
    splits = {name: examples.pick(parts[name]) for name in {{ data.cut_names | py }}}
    # {% for name in data.file_names %}
    # {% if data.gives_more %}
    splits[{{ name | py }}], _ = read_examples({{ "config.%s_files" | format(name) }}, config)
    # {% else %}
    splits[{{ name | py }}] = read_examples({{ "config.%s_files" | format(name) }}, config)
    # {% endif %}
    # {% endfor %}
    return splits
    # {% else %}
    return {name: examples.pick(parts[name]) for name in {{ data.cut_names | py }}}
    # {% endif %}
    # {% elif data.is_hub %}
    return {
        # {% for name in data.file_names %}
        {{ name | py }}: read_examples({{ "config.%s_split" | format(name) }}, config),
        # {% endfor %}
    }
    # {% else %}
    return {
        # {% for name in data.file_names %}
        {{ name | py }}: read_examples({{ "config.%s_files" | format(name) }}, config),
        # {% endfor %}
    }
    # {% endif %}


# {% include "partials/files.py" %}
