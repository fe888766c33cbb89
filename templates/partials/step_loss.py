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

    # {% if task.weighs_labels %}
    def forward(self, part: dict[str, torch.Tensor], label_weight: torch.Tensor) -> torch.Tensor:
        """The part's share of the mean loss over `label_weight`, that of the whole batch."""
    # {% else %}
    def forward(self, part: dict[str, torch.Tensor], num_labels: int) -> torch.Tensor:
        """The part's share of the mean loss over `num_labels`, that of the whole batch."""
    # {% endif %}
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


