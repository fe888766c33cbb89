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

# {% if model.is_folder %}
FOLDER = Path(__file__).parent
# {% endif %}
# {% if model.is_scratch %}
END_ID = 0  # the token around each document: the only special one, so its id is the first
# {% endif %}

logging.set_verbosity_error()
logging.disable_progress_bar()


# {% include "partials/model_place.py" %}
# {% if not model.is_scratch %}
def end_id(config: Config) -> int:
    """The token around each document: what ends a text by the base's own configuration."""
    ids = {{ task.base_config }}.eos_token_id
    if ids is None:
        raise SystemExit(f"{config.base} names no token that ends a text (eos_token_id)")
    return ids[0] if isinstance(ids, list) else ids


# {% endif %}
# {% include "partials/model_build.py" %}
# {% if task.proves_logits %}
def check_logits(model: {{ model.class_name }}) -> None:
    """Stops where the network's logits are not states times weight, which the loss takes them for."""
    ids = torch.arange(4)[None]
    with torch.no_grad():
        states = forward(model, {"input_ids": ids, "labels": ids[0]}).float()
        expected: torch.Tensor = model(input_ids=ids, use_cache=False).logits[0].float()
    weight: torch.Tensor = model.get_output_embeddings().weight
    if not torch.allclose(states @ weight.t(), expected, rtol=0, atol=0.01 * float(expected.abs().max())):
        raise SystemExit(f"the loss of {type(model).__name__} is not known here: its logits are not states times weight")


# {% endif %}
def forward(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Hidden states (N, H) of the positions that have a next token, as the head multiplies them."""
    states = {{ task.body }}(
        input_ids=batch["input_ids"],
        # {% if task.isolates %}
        position_ids=batch["position_ids"],
        # {% endif %}
        use_cache=False,
    ).last_hidden_state
    # {% if task.scale %}
    states = {{ task.scaled_states }}
    # {% endif %}
    # Only the end of the last row can be padding.
    {{ task.states_statement }}


# {% include "partials/model_groups.py" %}
