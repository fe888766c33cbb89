"""A bert encoder with a head of its own: build, group parameters, save, load."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertModel
from transformers.utils import logging

from config import Config
from run_folder import whole_file
from speedups import plain_state_dict

# The library reports the new head as missing weights; that is what is wanted here.
logging.set_verbosity_error()
logging.disable_progress_bar()


def base_folder(config: Config) -> Path:
    """Where the installed package keeps the pretrained weights."""
    package, _, folder = config.base.partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package}, which carries the weights, is not installed")
    return Path(spec.origin).parent / folder


class TextClassifier(nn.Module):
    """An encoder, the mean of its token vectors, and a head that gives a logit for each label."""

    def __init__(self, encoder: BertModel, config: Config) -> None:
        super().__init__()
        self.config = encoder.config
        self.encoder = encoder
        self.head = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(encoder.config.hidden_size, len(config.labels))
        )

    def pool(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """(B, T) token ids to (B, H)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask
        ).last_hidden_state  # (B, T, H)
        mask = attention_mask[:, :, None].to(states.dtype)
        return (states * mask).sum(1) / mask.sum(1)


def build_model(config: Config) -> TextClassifier:
    """The pretrained encoder under a new head with random weights."""
    loaded: Any = BertModel.from_pretrained(
        base_folder(config),
        add_pooling_layer=False,
        dtype=torch.float32,
        use_safetensors=True,
        output_loading_info=True,
    )
    model = TextClassifier(loaded[0], config)
    check_loaded(loaded[1])
    return model


def check_loaded(loaded: dict[str, Any]) -> None:
    """Stops where the base does not fill the network."""
    absent, unused = sorted(loaded["missing_keys"]), sorted(loaded["unexpected_keys"])
    absent += [name for name, *_ in loaded["mismatched_keys"]]
    if any(re.match(r"(bert\.)?(embeddings|encoder)", name) for name in absent + unused):
        raise SystemExit(
            f"base and network differ: {len(absent)} weights are missing {absent[:3]}, {len(unused)} not used {unused[:3]}"
        )


def forward(model: TextClassifier, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Logits (B, classes)."""
    logits = model.head(
        model.pool(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"])
    )
    return logits.float()


def parameter_groups(model: TextClassifier, config: Config) -> list[dict[str, object]]:
    """Trained parameters by peak learning rate and weight decay.

    Biases, norms and embeddings are not decayed: they do not make the model larger than it need
    be, and a row of the embedding would shrink even while its token does not occur.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            is_encoder = name.startswith("encoder.")
            lr = config.learning_rate if is_encoder else config.head_learning_rate
            is_matrix = parameter.ndim > 1 and "embeddings" not in name
            decay = config.weight_decay if is_matrix else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "peak_lr": lr, "weight_decay": decay}
        for (lr, decay), parameters in groups.items()
    ]


def save_model(model: TextClassifier, folder: Path) -> None:
    """Writes weights and configuration; the weights' file is replaced in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    state = plain_state_dict(model)
    saved = {name: tensor.contiguous() for name, tensor in state.items()}
    with whole_file(folder / "model.safetensors") as file:
        save_file(saved, file.name, {"format": "pt"})


def load_model(folder: Path, config: Config) -> TextClassifier:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    encoder = BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False)
    model = TextClassifier(encoder, config)
    model.load_state_dict(load_file(folder / "model.safetensors"))
    return model.eval()
