def make_texts(size: int, length: int, target_length: int, device: torch.device) -> dict[str, torch.Tensor]:
    """A batch of `size` sequences, each of `length` tokens, its target of `target_length`."""
    return {
        "input_ids": torch.zeros(size, length, dtype=torch.long, device=device),
        "attention_mask": torch.ones(size, length, dtype=torch.long, device=device),
        "target_ids": torch.zeros(size, target_length, dtype=torch.long, device=device),
        # {% if task.names_languages %}
        "start_ids": torch.zeros(size, 1, dtype=torch.long, device=device),
        # {% endif %}
        "positions": torch.arange(size * target_length, device=device),
        "labels": torch.zeros(size * target_length, dtype=torch.long, device=device),
    }
