"""{{ model.module_doc | doc }}"""

from __future__ import annotations

import importlib.util
import re
from fnmatch import fnmatch
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
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


# {% if hardware.is_auto %}
def pick_device(name: str) -> torch.device:
    """`auto` takes the accelerator that is there, and the CPU where there is none."""
    if name != "auto":
        return torch.device(name)
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def has_bf16(device: torch.device) -> bool:
    """Whether bf16 is worth while: on CUDA GPUs that multiply it."""
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


# {% endif %}
# {% if model.is_package %}
def base_folder(config: Config) -> Path:
    """Where the installed package keeps the pretrained weights."""
    package, _, folder = config.base.partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package}, which carries the weights, is not installed")
    return Path(spec.origin).parent / folder


# {% elif model.is_folder %}
def base_folder(config: Config) -> Path:
    """Where the pretrained weights are."""
    return FOLDER / config.base


# {% endif %}
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
# {% if model.is_scratch %}
def build_model(config: Config, vocab_size: int) -> {{ model.class_name }}:
    """{{ model.build_doc | doc }}"""
    model_config = {{ model.config_class }}(
        # {% for line in model.config_lines %}
        {{ line }},
        # {% endfor %}
    )
    # {% if model.own_head %}
    return TextClassifier({{ model.scratch_encoder }}, config)
    # {% else %}
    return {{ model.builder }}(model_config)
    # {% endif %}


# {% else %}
def build_model(config: Config) -> {{ model.class_name }}:
    """{{ model.build_doc | doc }}"""
    # {% if model.own_head %}
    encoder = {{ model.encoder_class }}.from_pretrained(
        {{ model.base_expression }},
        # {% for line in model.load_lines %}
        {{ line }},
        # {% endfor %}
    )
    model = TextClassifier(encoder, config)
    # {% else %}
    model = {{ model.builder }}.from_pretrained(
        {{ model.base_expression }},
        # {% for line in model.load_lines %}
        {{ line }},
        # {% endfor %}
    )
    # {% endif %}
    # {% if model.freezes %}
    freeze(model, config)
    # {% endif %}
    return model


# {% endif %}
# {% if model.freezes %}
def freeze(model: nn.Module, config: Config) -> None:
    """Takes the parameters whose names match out of training."""
    for pattern in config.frozen:
        matches = [p for name, p in model.named_parameters() if fnmatch(name, pattern)]
        if not matches:
            raise SystemExit(f"no parameter of the model matches {pattern}")
        for parameter in matches:
            parameter.requires_grad_(False)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise SystemExit("every parameter is frozen: nothing is left to train")


# {% endif %}
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


# {% if training.layer_rates %}
def peak_lr(name: str, num_layers: int, config: Config) -> float:
    """The peak learning rate of the parameter `name`."""
    # {% if training.head_rate %}
    if not name.startswith({{ model.encoder_prefix | py }}):
        return config.head_learning_rate
    # {% endif %}
    # {% if training.decays_layers %}
    # Each layer learns slower than the one above it; the embeddings slowest of all.
    if "embeddings" in name:
        return config.learning_rate * config.layer_decay**num_layers
    layer = re.search(r"\.layer\.(\d+)\.", name)
    below_top = num_layers - 1 - int(layer[1]) if layer else 0
    return config.learning_rate * config.layer_decay**below_top
    # {% else %}
    return config.learning_rate
    # {% endif %}


# {% endif %}
def parameter_groups(model: {{ model.class_name }}, config: Config) -> list[dict[str, object]]:
    """Trained parameters by peak learning rate and weight decay.

    Biases, norms and embeddings are not decayed: they do not make the model larger than it need
    be, and a row of the embedding would shrink even while its token does not occur.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            # {% if training.layer_rates %}
            lr = peak_lr(name, model.config.num_hidden_layers, config)
            # {% else %}
            lr = config.learning_rate
            # {% endif %}
            is_matrix = parameter.ndim > 1 and "embeddings" not in name
            decay = config.weight_decay if is_matrix else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "peak_lr": lr, "weight_decay": decay}
        for (lr, decay), parameters in groups.items()
    ]


def save_model(model: {{ model.class_name }}, folder: Path) -> None:
    """Writes weights and configuration; the weights' file is replaced in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    unfinished = folder / "model.safetensors.tmp"
    # {% if kernels.any %}
    state = plain_state_dict(model)
    # {% else %}
    state = model.state_dict()
    # {% endif %}
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, unfinished, {"format": "pt"})
    unfinished.replace(folder / "model.safetensors")


def load_model(
    folder: Path,
    # {% if model.own_head %}
    config: Config,
    # {% endif %}
    # {% if not hardware.is_cpu %}
    device: torch.device,
    # {% endif %}
) -> {{ model.class_name }}:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    # {% if model.own_head %}
    encoder = {{ model.loaded_encoder }}
    model = TextClassifier(encoder, config)
    model.load_state_dict(load_file(folder / "model.safetensors"))
    # {% else %}
    model = {{ model.builder }}.from_pretrained(folder, dtype=torch.float32)
    # {% endif %}
    # {% if hardware.is_cpu %}
    return model.eval()
    # {% else %}
    return model.eval().to(device)
    # {% endif %}
