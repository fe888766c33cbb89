"""A bert classifier: build, group parameters, save, load."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertForSequenceClassification
from transformers.utils import logging

from config import Config
from run_folder import whole_file
from speedups import plain_state_dict

# The library reports the new head as missing weights; that is what is wanted here.
logging.set_verbosity_error()
logging.disable_progress_bar()


def build_model(config: Config, vocab_size: int) -> BertForSequenceClassification:
    """The model with random weights."""
    model_config = BertConfig(
        vocab_size=vocab_size,
        num_hidden_layers=config.num_layers,
        hidden_size=config.hidden_size,
        num_attention_heads=config.num_heads,
        intermediate_size=config.feed_forward_size,
        max_position_embeddings=config.max_positions,
        hidden_dropout_prob=config.dropout,
        attention_probs_dropout_prob=config.dropout,
        pad_token_id=0,
        id2label=dict(enumerate(config.labels)),
        label2id={name: index for index, name in enumerate(config.labels)},
    )
    return BertForSequenceClassification(model_config)


def forward(model: BertForSequenceClassification, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Logits (B, classes)."""
    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    return logits.float()


def parameter_groups(
    model: BertForSequenceClassification, config: Config
) -> list[dict[str, object]]:
    """Trained parameters by peak learning rate and weight decay.

    Biases, norms and embeddings are not decayed: they do not make the model larger than it need
    be, and a row of the embedding would shrink even while its token does not occur.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            lr = config.learning_rate
            is_matrix = parameter.ndim > 1 and "embeddings" not in name
            decay = config.weight_decay if is_matrix else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "peak_lr": lr, "weight_decay": decay}
        for (lr, decay), parameters in groups.items()
    ]


def save_model(model: BertForSequenceClassification, folder: Path) -> None:
    """Writes weights and configuration; the weights' file is replaced in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    state = plain_state_dict(model)
    saved = {name: tensor.contiguous() for name, tensor in state.items()}
    with whole_file(folder / "model.safetensors") as file:
        save_file(saved, file.name, {"format": "pt"})


def load_model(folder: Path) -> BertForSequenceClassification:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    model = BertForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
    return model.eval()
