# {% if hardware.flash %}
def check_flash() -> None:
    """Stops where the package with the kernel of attention is missing."""
    if importlib.util.find_spec("flash_attn") is None:
        raise SystemExit("attention needs the package flash-attn: pip install flash-attn --no-build-isolation")


# {% endif %}
# {% if model.is_scratch %}
def build_model(config: Config, vocab_size: int) -> {{ model.class_name }}:
    """{{ model.build_doc | doc }}"""
    # {% if hardware.flash %}
    check_flash()
    # {% endif %}
    model_config = {{ model.config_class }}(
        # {% for line in model.config_lines %}
        {{ line }},
        # {% endfor %}
    )
    # {% if devices.is_fsdp %}
    with building_device():
        model = {{ model.new_model }}
    # {% elif training.recomputes or model.set_attention %}
    model = {{ model.new_model }}
    # {% endif %}
    # {% if training.recomputes or model.set_attention or devices.is_fsdp %}
    # {% if model.set_attention %}
    {{ model.set_attention }}
    # {% endif %}
    # {% if training.recomputes %}
    # Computes each layer again for its gradient: a third more work, the memory of one layer.
    # {% for line in model.checkpointing_lines %}
    {{ line }}
    # {% endfor %}
    # {% endif %}
    return model
    # {% else %}
    return {{ model.new_model }}
    # {% endif %}


# {% else %}
def build_model(config: Config) -> {{ model.class_name }}:
    """{{ model.build_doc | doc }}"""
    # {% if hardware.flash %}
    check_flash()
    # {% endif %}
    # {% if devices.is_fsdp %}
    model_config = {{ model.base_config_class }}.from_pretrained(
        {{ model.base_expression }},
        # {% for line in model.base_config_lines %}
        {{ line }},
        # {% endfor %}
    )
    if rank() == 0:
        # {% if model.own_head %}
        loaded: Any = {{ model.encoder_class }}.from_pretrained(
            {{ model.base_expression }},
            # {% for line in model.weight_lines %}
            {{ line }},
            # {% endfor %}
            config=model_config,
        )
        model = TextClassifier(loaded[0], config)
        # {% else %}
        loaded: Any = {{ model.builder }}.from_pretrained(
            {{ model.base_expression }},
            # {% for line in model.weight_lines %}
            {{ line }},
            # {% endfor %}
            config=model_config,
        )
        model: {{ model.class_name }} = loaded[0]
        # {% endif %}
        # {% for line in model.head_lines %}
        {{ line }}
        # {% endfor %}
        check_loaded({{ model.loaded_arguments }})
        # {% if task.proves_logits %}
        check_logits(model)
        # {% endif %}
    else:
        with building_device():
            model = {{ model.empty_model }}
    # {% if task.writes_texts %}
    # It comes with the weights, and the library falls back on it where texts are written.
    model.generation_config = from_first(model.generation_config)
    # {% endif %}
    # {% else %}
    # {% if model.own_head %}
    loaded: Any = {{ model.encoder_class }}.from_pretrained(
        {{ model.base_expression }},
        # {% for line in model.load_lines %}
        {{ line }},
        # {% endfor %}
    )
    model = TextClassifier(loaded[0], config)
    # {% else %}
    loaded: Any = {{ model.builder }}.from_pretrained(
        {{ model.base_expression }},
        # {% for line in model.load_lines %}
        {{ line }},
        # {% endfor %}
    )
    model: {{ model.class_name }} = loaded[0]
    # {% endif %}
    # {% for line in model.head_lines %}
    {{ line }}
    # {% endfor %}
    check_loaded({{ model.loaded_arguments }})
    # {% if task.proves_logits %}
    check_logits(model)
    # {% endif %}
    # {% endif %}
    # {% for line in model.start_lines %}
    {{ line }}
    # {% endfor %}
    # {% if model.freezes %}
    freeze(model, config)
    # {% endif %}
    # {% if training.recomputes %}
    # Computes each layer again for its gradient: a third more work, the memory of one layer.
    # {% for line in model.checkpointing_lines %}
    {{ line }}
    # {% endfor %}
    # {% endif %}
    return model


# {% if model.orders_head %}
def order_head(head: nn.Module, config: Config) -> None:
    """Puts the outputs of the base's head, found by the names of its labels, in the order of ours."""
    names = {{ model.base_config_class }}.from_pretrained({{ model.base_arguments }}).id2label
    theirs, ours = [names[place] for place in range(len(names))], list(config.labels)
    # {% if model.labels_are_numbers %}
    # Transformers calls an output LABEL_0 where its label is the number 0.
    theirs = [name.removeprefix("LABEL_") for name in theirs]
    # {% endif %}
    if sorted(theirs) != sorted(ours):
        # Names that differ only in case are the same label.
        theirs, ours = [name.casefold() for name in theirs], [name.casefold() for name in ours]
    if sorted(theirs) != sorted(ours) or len(set(theirs)) < len(theirs):
        raise SystemExit(f"the base's head is for the labels {names}, not {list(config.labels)}")
    rows = [theirs.index(label) for label in ours]
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(parameter[rows])


# {% endif %}
# {% if model.scales_head %}
def scale_head(head: nn.Module, config: Config) -> None:
    """Lets the base's head give standard deviations from the mean, which forward() turns back."""
    base = {{ model.base_config_class }}.from_pretrained({{ model.base_arguments }})
    if base.problem_type != "regression" or base.num_labels != 1:
        raise SystemExit("the config.json of the base does not say that its head is a regression's")
    with torch.no_grad():
        for name, parameter in head.named_parameters():
            shift = config.target_mean if name == "bias" else 0.0
            parameter.sub_(shift).div_(config.target_std)


# {% endif %}
# {% if model.checks_with_model %}
def check_loaded(model: {{ model.checked_class }}, loaded: dict[str, Any]) -> None:
    """{{ model.check_doc }}"""
# {% else %}
def check_loaded(loaded: dict[str, Any]) -> None:
    """{{ model.check_doc }}"""
# {% endif %}
    absent, unused = sorted(loaded["missing_keys"]), sorted(loaded["unexpected_keys"])
    absent += [name for name, *_ in loaded["mismatched_keys"]]
    if {{ model.differs }}:
        raise SystemExit(
            f"base and network differ: {len(absent)} weights are missing {absent[:3]}, {len(unused)} not used {unused[:3]}"
        )
    # {% if model.new_head %}
    head = {n: p for n, p in model.named_parameters() if n.startswith({{ model.new_head | py }})}
    for name in sorted(head.keys() - absent):
        nn.init.normal_(head[name], std=0.02 if head[name].ndim > 1 else 0.0)
    # {% endif %}


# {% endif %}
# {% if model.freezes %}
def freeze(model: nn.Module, config: Config) -> None:
    """Takes the parameters whose names match out of training."""
    for pattern in config.frozen:
        matches = [p for name, p in model.named_parameters() if fnmatch(name, pattern)]
        if not matches:
            raise SystemExit(f"no parameter of the model matches {pattern}")
        for parameter in matches:
            parameter.requires_grad_(False)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise SystemExit("every parameter is frozen: nothing is left to train")


# {% endif %}
