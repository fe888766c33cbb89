# {% if task.target == "class" %}
def to_targets(labels: list[str], config: Config) -> torch.Tensor:
    """Class ids (N,), long."""
    ids = {name: index for index, name in enumerate(config.labels)}
    # {% if task.is_numbered %}
    # {{ task.numbered_reason | doc }}
    ids = {str(index): index for index in range(len(config.labels))} | ids
    # {% endif %}
    return torch.tensor([ids[label] for label in labels])


# {% elif task.target == "columns" %}
def to_targets(rows: Iterable[tuple[str, ...]]) -> torch.Tensor:
    """0 or 1 for each row and label (N, labels), float."""
    yes = ("1", "1.0", "true")
    return torch.tensor([[float(str(value).lower() in yes) for value in row] for row in rows])


# {% elif task.target == "names" %}
def to_targets(labels: list[{{ task.names_type }}], config: Config) -> torch.Tensor:
    """0 or 1 for each row and label (N, labels), float."""
    ids = {name: index for index, name in enumerate(config.labels)}
    # {% if task.is_numbered %}
    # {{ task.numbered_reason | doc }}
    ids = {str(index): index for index in range(len(config.labels))} | ids
    # {% endif %}
    targets = torch.zeros(len(labels), len(config.labels))
    for row, names in enumerate(labels):
        for name in {{ task.split_expression }}:
            targets[row, ids[str(name)]] = 1.0
    return targets


# {% else %}
def to_targets(values: list[str]) -> torch.Tensor:
    """The numbers to predict (N,), float."""
    return torch.tensor([float(value) for value in values])


# {% endif %}
