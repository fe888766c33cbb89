def make_texts(size: int, length: int, target_length: int, device: torch.device) -> dict[str, torch.Tensor]:
    """A batch of `size` sequences, each of `length` tokens."""
    return {
        "input_ids": torch.zeros(size, length, dtype=torch.long, device=device),
        "attention_mask": torch.ones(size, length, dtype=torch.long, device=device),
        # {% if model.uses_type_ids %}
        "token_type_ids": torch.zeros(size, length, dtype=torch.long, device=device),
        # {% endif %}
        "labels": {{ task.labels_like }},
    }
