"""{{ model.module_doc | doc }}"""

import importlib.util
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn
from transformers import GenerationConfig
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
PAD_ID, END_ID = 0, 1  # of the tokenizer that data.py trains
# {% endif %}

logging.set_verbosity_error()
logging.disable_progress_bar()


# {% include "partials/model_place.py" %}
# {% include "partials/model_build.py" %}
def forward(model: {{ model.class_name }}, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """What the decoder makes of each target token's predecessors (N, H); the logits come later."""
    encoded: Any = {{ task.encoder }}(
        input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
    )
    # {% if task.names_languages %}
    start = batch["start_ids"]
    # {% else %}
    start = torch.full_like(batch["target_ids"][:, :1], model.config.decoder_start_token_id)
    # {% endif %}
    decoded: Any = {{ task.decoder }}(
        input_ids=torch.cat([start, batch["target_ids"][:, :-1]], dim=1),
        encoder_hidden_states=encoded.last_hidden_state,
        encoder_attention_mask=batch["attention_mask"],
        use_cache=False,
    )
    states: torch.Tensor = decoded.last_hidden_state.flatten(0, 1)[batch["positions"]]
    # {% if task.scales_output %}
    if model.config.scale_decoder_outputs:
        states = states * model.model_dim**-0.5
    # {% endif %}
    # {% if task.has_output_bias %}
    # A constant one more in each state: the output layer's bias is one more column of its weight.
    states = F.pad(states, (0, 1), value=1.0)
    # {% endif %}
    # {% if task.lower_dtype %}
    return states.to({{ task.lower_dtype }})
    # {% else %}
    return states
    # {% endif %}


def output_weight(model: {{ model.class_name }}) -> torch.Tensor:
    """The output layer that turns states into logits: {{ task.weight_doc }}."""
    # {% if task.has_output_bias %}
    bias: Any = model.final_logits_bias
    return torch.cat([model.lm_head.weight, bias.t()], dim=1)
    # {% else %}
    return model.lm_head.weight
    # {% endif %}


def generation_config(model: {{ model.class_name }}, config: Config) -> GenerationConfig:
    """How texts are written; nothing of what a pretrained model brought along."""
    search = {"num_beams": config.num_beams, "length_penalty": config.length_penalty}
    drawn = {"do_sample": True, "top_k": config.top_k, "top_p": config.top_p}
    pad, end = model.config.pad_token_id, model.config.eos_token_id
    return GenerationConfig(
        max_new_tokens=config.max_new_tokens,
        no_repeat_ngram_size=config.no_repeat_ngram_size,
        **drawn | {"temperature": config.temperature} if config.temperature else search,
        pad_token_id=pad,
        eos_token_id=end,
        decoder_start_token_id=model.config.decoder_start_token_id,
        # Padding is no word, and in some models it is also the first token of every text.
        suppress_tokens=None if pad == end else [pad],
    )


# {% include "partials/model_groups.py" %}
