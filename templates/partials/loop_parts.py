def learning_rate_factor(step: int, num_steps: int, config: Config) -> float:
    """{{ training.schedule_summary | doc }}"""
    # {% if training.warms_up %}
    # {% if training.warmup_is_share %}
    num_warmup = math.ceil(config.warmup_fraction * num_steps)
    # {% else %}
    num_warmup = config.warmup_steps
    # {% endif %}
    if step < num_warmup:
        return (step + 1) / num_warmup
    # {% endif %}
    # {% if training.names_left %}
    left = {{ training.left }}
    # {% endif %}
    return {{ training.schedule_formula }}


def memory_gib() -> float:
    # {% if hardware.is_cuda %}
    """Peak memory of the tensors on the GPU so far, in GiB."""
    return torch.cuda.max_memory_allocated() / 2**30
    # {% else %}
    """Resident memory of this process now, in GiB."""
    return psutil.Process().memory_info().rss / 2**30
    # {% endif %}


# {% if training.has_penalty %}
def penalty(model: torch.nn.Module, config: Config) -> torch.Tensor:
    """{{ training.penalty_summary | doc }}"""
    weights = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    return torch.stack([{{ training.penalty_formula }} for p in weights]).sum()


# {% endif %}


