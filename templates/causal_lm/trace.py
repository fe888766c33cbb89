def make_texts(size: int, length: int, target_length: int, device: torch.device) -> dict[str, torch.Tensor]:
    """A batch of `size` sequences, each of `length` tokens."""
    return {
        "input_ids": torch.zeros(size, length, dtype=torch.long, device=device),
        # {% if task.isolates %}
        "position_ids": torch.arange(length, device=device).repeat(size, 1),
        # {% endif %}
        "labels": torch.zeros(size * length, dtype=torch.long, device=device),
    }
