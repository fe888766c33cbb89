@dataclass
class Progress:
    """How far training has come; `best_value` is on the validation split."""

    step: int = 0
    num_steps: int = 0  # of the whole run; a resumed one may have more
    best_value: float | None = None
    best_step: int = 0
    # {% if training.early_stopping %}
    stop_value: float | None = None  # best of what early stopping watches
    num_stale: int = 0  # evaluations since then
    # {% endif %}
    seconds: float = 0.0  # of training, over all resumed parts
    log_bytes: int = 0  # length of metrics.jsonl; what a killed run wrote later is cut off
