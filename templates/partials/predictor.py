# {% macro opening() %}
def __init__(
    self,
    model_dir: Path,
    config: Config,
    # {% if not hardware.is_cpu %}
    device: torch.device,
    # {% endif %}
) -> None:
    # {% if task.rebases %}
    config = replace(config, base=str(model_dir.absolute()))
    # {% endif %}
    self.config = config
    # {% if not hardware.is_cpu %}
    self.device = device
    # {% endif %}
    self.model = load_model(
        model_dir,
        # {% if model.own_head %}
        config,
        # {% endif %}
        # {% if not hardware.is_cpu %}
        device,
        # {% endif %}
    )
    # {% if model.is_scratch %}
    self.tokenizer = load_tokenizer(config, [], model_dir / "tokenizer.json")
    # {% else %}
    self.tokenizer = load_tokenizer(config, model_dir)
    # {% endif %}
    # {% if task.has_thresholds %}
    self.thresholds = load_thresholds(model_dir)
    # {% endif %}
# {% endmacro %}
# {% macro loaded(settings) %}
# {% if hardware.is_cpu %}
predictor = Predictor(args.model_dir, {{ settings }})
# {% elif hardware.is_auto %}
predictor = Predictor(args.model_dir, {{ settings }}, pick_device(args.device))
# {% else %}
predictor = Predictor(args.model_dir, {{ settings }}, torch.device(args.device))
# {% endif %}
# {% endmacro %}
