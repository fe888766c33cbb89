def make_texts(size: int, length: int, target_length: int, device: torch.device) -> dict[str, torch.Tensor]:
    """A batch of `size` sequences, each of `length` tokens; all carry a label."""
    return {
        "input_ids": torch.zeros(size, length, dtype=torch.long, device=device),
        "attention_mask": torch.ones(size, length, dtype=torch.long, device=device),
        "positions": torch.arange(size * length, device=device),
        "labels": torch.zeros(size * length, dtype=torch.long, device=device),
    }
