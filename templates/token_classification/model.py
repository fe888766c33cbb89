"""{{ model.module_doc | doc }}"""

import importlib.util
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
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
# {% include "partials/model_build.py" %}
def forward(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Logits (L, tags) of the L tokens that carry a tag; the head sees no other token."""
    # {% if task.knows_inside %}
    states = {{ task.states_expression }}  # (B, T, H)
    carrying = states.flatten(0, 1).index_select(0, batch["positions"])
    return model.classifier(model.dropout(carrying)).float()
    # {% else %}
    logits = model({{ model.batch_arguments }}).logits  # (B, T, tags)
    return logits.flatten(0, 1).index_select(0, batch["positions"]).float()
    # {% endif %}


# {% include "partials/model_groups.py" %}
