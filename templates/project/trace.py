"""One training step of this project on made-up text, for `specc plan`; no part of the project."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from config import Config
# {% if devices.is_fsdp %}
from sharding import spread
# {% else %}
from distributed import spread
# {% endif %}
from distributed import data_rank, rank
from eight_bits import adamw_8bit
from loss import HeadLoss
from masters import round_weights, take_masters
from speedups import speed_up
from tensor_parallel import clip_gradients
from model import build_model, encode, forward, has_bf16, output_weight, parameter_groups
{{ model.class_import }}


def make_model(config: Config, num_rows: int) -> {{ model.class_name }}:
    """As train.py makes it; of the embedding, `num_rows` rows occur in the training texts."""
    # {% if model.is_scratch %}
    model = build_model(config, {{ trace.vocab_size }})
    # {% else %}
    model = build_model(config)
    # {% endif %}
    # {% if kernels.any %}
    {{ trace.kernels_call }}
    # {% endif %}
    return model.train()


def make_masters(model: {{ model.class_name }}) -> {{ model.class_name }}:
    """What the optimizer steps."""
    # {% if hardware.pure_bf16 %}
    return take_masters(model)
    # {% else %}
    return model
    # {% endif %}


def make_optimizer(model: {{ model.class_name }}, config: Config) -> torch.optim.Optimizer:
    """As train.py makes it, for what it steps."""
    return {{ training.optimizer.call }}(
        # {% if training.optimizer.eight_bits %}
        model,
        # {% endif %}
        parameter_groups(model, config),
        # {% for argument in training.optimizer.arguments %}
        {{ argument }},
        # {% endfor %}
    )


# {% include task.trace %}


# {% if model.caches_features %}
def make_features(model: {{ model.class_name }}, texts: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What training sees: each text passes the frozen encoder once, before."""
    with torch.inference_mode():
        features = encode(model, texts)
    return {"features": features.clone(), "labels": texts["labels"]}


# {% endif %}
# {% if devices.many %}
# {% include "partials/step_loss.py" %}
def make_network(model: {{ model.class_name }}, config: Config, device: torch.device) -> torch.nn.Module:
    """As train.py spreads it over the processes."""
    # {% if task.class_weights %}
    {{ task.weights_statement }}
    # {% endif %}
    return {{ devices.spread_call }}


def forward_loss(network: torch.nn.Module, part: dict[str, torch.Tensor], config: Config) -> torch.Tensor:
    """The loss of a part, as in train.py."""
    # {% if task.weighs_labels %}
    label_weight = torch.ones((), device=part["labels"].device)
    # {% else %}
    num_labels = len(part["labels"])
    # {% endif %}
    loss: torch.Tensor = network(part, {{ devices.divisor }})
    return loss


# {% else %}
def forward_loss(model: {{ model.class_name }}, batch: dict[str, torch.Tensor], config: Config) -> torch.Tensor:
    """The loss, as in train.py."""
    # {% if trace.names_device %}
    device = batch["labels"].device
    # {% endif %}
    # {% if task.class_weights %}
    {{ task.weights_statement }}
    # {% endif %}
    # {% if hardware.autocast %}
    with {{ hardware.autocast }}:
        {{ task.forward_statement }}
    # {% else %}
    {{ task.forward_statement }}
    # {% endif %}
    loss: torch.Tensor = {{ task.loss_expression }}
    return loss


# {% endif %}
def forward_only(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> None:
    """The network's part of an evaluation."""
    # {% if hardware.autocast %}
    # {% if not hardware.is_cpu %}
    device = batch["labels"].device
    # {% endif %}
    with {{ hardware.autocast }}:
        forward(model, batch)
    # {% else %}
    forward(model, batch)
    # {% endif %}


def finish_step(
    model: {{ model.class_name }},
    masters: {{ model.class_name }},
    optimizer: torch.optim.Optimizer,
    config: Config,
) -> None:
    """What follows the backward pass, as in train.py."""
    # {% if training.clips and devices.divides %}
    clip_gradients(masters, config.gradient_clip)
    # {% elif training.clips %}
    torch.nn.utils.clip_grad_norm_(masters.parameters(), config.gradient_clip)
    # {% endif %}
    optimizer.step()
    # {% if hardware.pure_bf16 %}
    round_weights(masters, model)
    # {% endif %}
    # {% if devices.keeps_gradients %}
    # Not freed: they stay views of DDP's buckets, also while the parts of a batch add up.
    optimizer.zero_grad(set_to_none=False)
    # {% else %}
    optimizer.zero_grad()
    # {% endif %}
