"""{{ model.module_doc | doc }}"""

from __future__ import annotations

import importlib.util
import re
from fnmatch import fnmatch
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
{{ model.import_line }}
from transformers.utils import logging

from config import Config
from speedups import plain_state_dict

# {% if model.is_folder %}
FOLDER = Path(__file__).parent
# {% endif %}

# The library reports the new head as missing weights; that is what is wanted here.
logging.set_verbosity_error()
logging.disable_progress_bar()


# {% include "partials/model_place.py" %}
# {% include "partials/model_build.py" %}
def forward(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Logits (B, 2, T) of where the answer starts and ends; -inf where it cannot be."""
    outputs = model({{ model.batch_arguments }})
    logits = torch.stack((outputs.start_logits, outputs.end_logits), 1).float()
    return logits.masked_fill(~batch["is_candidate"][:, None], float("-inf"))


# {% include "partials/model_groups.py" %}
