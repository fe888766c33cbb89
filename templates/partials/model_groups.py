# {% if training.decays_layers %}
def peak_lr(name: str, num_layers: int, config: Config) -> float:
    """The peak learning rate of the parameter `name`."""
    # {% if training.head_rate %}
    if not name.startswith({{ model.encoder_prefix | py }}):
        return config.head_learning_rate
    # {% endif %}
    # Each layer learns slower than the one above it; the embeddings slowest of all.
    if {{ model.in_embeddings }}:
        return config.learning_rate * config.layer_decay**num_layers
    layer = re.search(r"{{ model.layer_pattern }}", name)
    below_top = num_layers - 1 - int(layer[1]) if layer else 0
    return config.learning_rate * config.layer_decay**below_top


# {% endif %}
def parameter_groups(model: {{ model.class_name }}, config: Config) -> list[dict[str, object]]:
    """Trained parameters by peak learning rate and weight decay.

    Biases, norms and embeddings are not decayed: they do not make the model larger than it need
    be, and a row of the embedding would shrink even while its token does not occur.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            # {% if training.decays_layers %}
            lr = peak_lr(name, model.config.num_hidden_layers, config)
            # {% elif training.head_rate %}
            is_encoder = name.startswith({{ model.encoder_prefix | py }})
            lr = config.learning_rate if is_encoder else config.head_learning_rate
            # {% else %}
            lr = config.learning_rate
            # {% endif %}
            is_matrix = parameter.ndim > 1 and {{ model.outside_embeddings }}
            decay = config.weight_decay if is_matrix else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "peak_lr": lr, "weight_decay": decay}
        for (lr, decay), parameters in groups.items()
    ]


def save_model(model: {{ model.class_name }}, folder: Path) -> None:
    # {% if devices.is_fsdp %}
    """Writes weights and configuration; all processes give their shares, and the first one writes."""
    weights = whole_state(model)
    if rank() > 0:
        return
    # {% elif devices.many %}
    """Writes weights and configuration, which all processes have alike: the first one does it."""
    if rank() > 0:
        return
    # {% else %}
    """Writes weights and configuration; the weights' file is replaced in one step."""
    # {% endif %}
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    # {% if model.ties_output %}
    # The output layer is the embedding under another name: one of the two is written.
    names = {name for name, _ in (*model.named_parameters(), *model.named_buffers())}
    state = {name: tensor for name, tensor in {{ model.weights }}.items() if name in names}
    # {% else %}
    state = {{ model.state_expression }}
    # {% endif %}
    saved = {name: tensor.contiguous() for name, tensor in state.items()}
    with whole_file(folder / "model.safetensors") as file:
        save_file(saved, file.name, {"format": "pt"})


def load_model(
    folder: Path,
    # {% if model.own_head %}
    config: Config,
    # {% endif %}
    # {% if not hardware.is_cpu %}
    device: torch.device,
    # {% endif %}
) -> {{ model.class_name }}:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    # {% if model.own_head %}
    encoder = {{ model.loaded_encoder }}
    # {% if hardware.pure_bf16 or hardware.shards_bf16 %}
    model = TextClassifier(encoder, config).to(torch.bfloat16)
    # {% else %}
    model = TextClassifier(encoder, config)
    # {% endif %}
    model.load_state_dict(load_file(folder / "model.safetensors"))
    # {% else %}
    model = {{ model.builder }}.from_pretrained(folder, {{ model.loaded_options }})
    # {% endif %}
    # {% if hardware.is_cpu %}
    return model.eval()
    # {% else %}
    return model.eval().to(device)
    # {% endif %}
