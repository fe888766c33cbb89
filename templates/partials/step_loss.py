class StepLoss(torch.nn.Module):
    """The network and its loss as one module: {{ devices.words }} acts around its `forward`."""

    def __init__(
        self,
        model: {{ model.class_name }},
        # {% if devices.uses_config %}
        config: Config,
        # {% endif %}
        # {% if task.class_weights %}
        class_weights: torch.Tensor,
        # {% endif %}
        # {% if training.compiles %}
        compiled: Forward,
        # {% endif %}
    ) -> None:
        super().__init__()
        self.model = model
        # {% if devices.uses_config %}
        self.config = config
        # {% endif %}
        # {% if task.class_weights %}
        self.class_weights = class_weights
        # {% endif %}
        # {% if training.compiles %}
        self.compiled = compiled
        # {% endif %}

    def forward(self, part: dict[str, torch.Tensor], {{ devices.divisor }}: {{ devices.divisor_type }}) -> torch.Tensor:
        """The part's share of the mean loss over `{{ devices.divisor }}`, that of the whole batch."""
        model = self.model
        # {% if devices.uses_config %}
        config = self.config
        # {% endif %}
        # {% if task.class_weights %}
        class_weights = self.class_weights
        # {% endif %}
        # {% if training.compiles %}
        forward = self.compiled
        # {% endif %}
        # {% if hardware.autocast_part %}
        with {{ hardware.autocast_part }}:
            {{ task.forward_statement }}
        # {% else %}
        {{ task.forward_statement }}
        # {% endif %}
        loss: torch.Tensor = {{ task.loss_expression }}
        return loss


