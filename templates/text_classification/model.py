"""{{ model.module_doc | doc }}"""

import importlib.util
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
{{ model.import_line }}
from transformers.utils import logging

from config import Config
from distributed import from_first, rank
from run_folder import whole_file
from sharding import building_device, whole_state
from speedups import plain_state_dict

# {% if model.is_folder %}
FOLDER = Path(__file__).parent
# {% endif %}

# {% if not model.keeps_head %}
# The library reports the new head as missing weights; that is what is wanted here.
# {% endif %}
logging.set_verbosity_error()
logging.disable_progress_bar()


# {% include "partials/model_place.py" %}
# {% if model.own_head %}
class TextClassifier(nn.Module):
    """An encoder, {{ model.pooling_words }}, and a head that gives {{ task.output_words }}."""

    def __init__(self, encoder: {{ model.encoder_class }}, config: Config) -> None:
        super().__init__()
        self.config = encoder.config
        self.encoder = encoder
        self.head = nn.Sequential(
            # {% for layer in model.head_layers %}
            {{ layer }},
            # {% endfor %}
        )

    def pool(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        # {% if model.uses_type_ids %}
        token_type_ids: torch.Tensor,
        # {% endif %}
    ) -> torch.Tensor:
        """(B, T) token ids to (B, H)."""
        states = self.encoder({{ model.encoder_arguments }}).last_hidden_state  # (B, T, H)
        # {% if model.pooling == "cls" %}
        return states[:, 0]
        # {% elif model.pooling == "mean" %}
        mask = attention_mask[:, :, None].to(states.dtype)
        return (states * mask).sum(1) / mask.sum(1)
        # {% else %}
        return states.masked_fill(attention_mask[:, :, None] == 0, float("-inf")).amax(1)
        # {% endif %}


# {% endif %}
# {% include "partials/model_build.py" %}
# {% if model.caches_features %}
def encode(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """What the frozen encoder makes of a batch: (B, H)."""
    # {% if model.own_head %}
    return model.pool({{ model.batch_arguments }})
    # {% else %}
    return {{ model.features_expression }}
    # {% endif %}


def forward(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """{{ task.logits_doc }}, from features or, where there are none yet, from tokens."""
    features = batch["features"] if "features" in batch else encode(model, batch)
# {% else %}
def forward(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """{{ task.logits_doc }}."""
# {% endif %}
    logits = {{ model.logits_expression }}
    # {% if task.is_regression %}
    # The head gives standard deviations from the mean of the training targets.
    return logits.float().squeeze(-1) * Config.target_std + Config.target_mean
    # {% else %}
    return logits.float()
    # {% endif %}


# {% include "partials/model_groups.py" %}
