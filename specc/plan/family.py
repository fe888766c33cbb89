"""What the compiler knows of a family of networks, so that it can print its concrete classes.

Names are those of transformers 5 (https://github.com/huggingface/transformers, `src/transformers/
models/<family>/`). A test imports each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from specc.language.base import NetworkKind
from specc.language.model import NETWORKS


@dataclass(frozen=True, slots=True)
class Family:
    """How one family names its classes, parameters and sizes.

    `encoder` is the class of the network without a head, and `prefix` the attribute that holds it
    in the class of a task. Inside it, `layers` is the path of a layer and `embeddings` are the
    modules that hold tables of vectors. `features` gives (B, H) from its output `states`, and
    `classify` the logits from that; both are what the classification class itself computes.
    `position_offset` counts positions that cannot hold a token. `scratch_lines` are arguments that
    a new configuration needs beside the sizes, in terms of `config` (see `model.py`). `endings` are
    those of class names that differ from the usual ones. `tokenizer_file`: tokenizer.json alone
    makes the inputs. `ties_output`: the word embedding is the output layer too. `carries_bf16`:
    norms leave bfloat16 as it is. `has_flash`: FlashAttention-2 can compute its attention.
    `by_columns` and `by_rows` are the matrices of a layer that several devices can hold together
    (Megatron-LM, arXiv:1909.08053): what the first give stays where it is, what the second give is
    added up. `shared_inputs` are the modules whose input several of the first read, each with the
    name of the argument, None for the first one. `divided` are the numbers of config.json that the
    devices then have a part of.
    """

    name: str
    module: str
    encoder: str
    config: str
    prefix: str
    layers: str
    sizes: dict[str, str]
    dropouts: tuple[str, ...]
    head_dropout: str = ""
    has_type_ids: bool = False
    has_pooler: bool = False
    features: str = ""
    classify: str = ""
    position_offset: int = 0
    bert_layers: bool = True
    embeddings: tuple[str, ...] = ("embeddings",)
    scratch_lines: tuple[str, ...] = ("pad_token_id=0",)
    endings: tuple[tuple[str, str], ...] = ()
    tokenizer_file: bool = True
    ties_output: bool = False
    carries_bf16: bool = True
    has_flash: bool = True
    by_columns: tuple[str, ...] = ()
    by_rows: tuple[str, ...] = ()
    shared_inputs: tuple[tuple[str, str | None], ...] = ()
    divided: tuple[str, ...] = ()

    def model_class(self, ending: str) -> str:
        """The class for a task, by the `ending` of its name: `BertForTokenClassification`."""
        return self.encoder.removesuffix("Model") + dict(self.endings).get(ending, ending)

    @property
    def in_embeddings(self) -> str:
        """The expression that tells a parameter of a table by its `name`."""
        return " or ".join(f'"{table}" in name' for table in self.embeddings)

    @property
    def outside_embeddings(self) -> str:
        """The opposite."""
        return " and ".join(f'"{table}" not in name' for table in self.embeddings)

    def frozen_embeddings(self, prefix: str) -> tuple[str, ...]:
        """Patterns of the names of the tables; `prefix` leads to the network inside the class."""
        return tuple(f"{prefix}{name}.*" for name in self.embeddings)

    @property
    def network(self) -> NetworkKind:
        return NETWORKS[self.name]

    @property
    def config_module(self) -> str:
        return self.module.replace(".modeling_", ".configuration_")


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of one pretrained network; `max_positions` is in tokens, None: any number."""

    family: str
    layers: int
    hidden_size: int
    max_positions: int | None


def shapes(table: str) -> dict[str, Shape]:
    """Shapes by hub id, from lines of id, family, layers, width and positions."""
    return {
        name: Shape(family, int(layers), int(hidden), None if most == "-" else int(most))
        for name, family, layers, hidden, most in map(str.split, table.strip().splitlines())
    }
