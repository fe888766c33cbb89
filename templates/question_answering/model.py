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
    """Logits (B, 2, T) of where the answer starts and ends; -inf where it cannot be."""
    outputs = model({{ model.batch_arguments }})
    logits = torch.stack((outputs.start_logits, outputs.end_logits), 1).float()
    return logits.masked_fill(~batch["is_candidate"][:, None], float("-inf"))


# {% if task.smooths_targets %}
def smoothed_loss(logits: torch.Tensor, batch: dict[str, torch.Tensor], smoothing: float) -> torch.Tensor:
    """Mean cross-entropy of logits (B, 2, T); a part of the target is spread over all candidates.

    The first token is one of them in every window: it is the target where the answer is not in it.
    """
    log_shares = logits.log_softmax(-1)
    is_candidate = batch["is_candidate"][:, None]
    right = log_shares.gather(-1, batch["labels"][:, :, None])[:, :, 0]
    mean = log_shares.masked_fill(~is_candidate, 0.0).sum(-1) / is_candidate.sum(-1)
    return -((1 - smoothing) * right + smoothing * mean).mean()


# {% endif %}
# {% include "partials/model_groups.py" %}
