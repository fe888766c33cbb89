"""The families whose code is known: the encoders, and all others from the modules beside this."""

from __future__ import annotations

from typing import Any

from specc.plan.decoders import DECODERS
from specc.plan.encoder_decoders import ENCODER_DECODERS
from specc.plan.family import Family, Shape, shapes
from specc.plan.known import KNOWN_CONFIGS

__all__ = ["ENCODERS", "FAMILIES", "KNOWN_HUB_MODELS", "Family", "Shape"]


_BERT_SIZES = {
    "layers": "num_hidden_layers",
    "hidden_size": "hidden_size",
    "heads": "num_attention_heads",
    "feed_forward_size": "intermediate_size",
    "max_positions": "max_position_embeddings",
}
_BERT_DROPOUTS = ("hidden_dropout_prob", "attention_probs_dropout_prob")
_BERT_COLUMNS = tuple(f"attention.self.{name}" for name in ("query", "key", "value"))
_BERT_PARTS: dict[str, Any] = {
    "by_columns": (*_BERT_COLUMNS, "intermediate.dense"),
    "by_rows": ("attention.output.dense", "output.dense"),
    "shared_inputs": (("attention.self", None),),
    "divided": ("num_attention_heads", "intermediate_size"),
}

ENCODERS: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="bert",
            module="transformers.models.bert.modeling_bert",
            encoder="BertModel",
            config="BertConfig",
            prefix="bert",
            layers="encoder.layer",
            sizes=_BERT_SIZES,
            dropouts=_BERT_DROPOUTS,
            head_dropout="classifier_dropout",
            has_type_ids=True,
            has_pooler=True,
            features=".pooler_output",
            classify="model.classifier(model.dropout(features))",
            **_BERT_PARTS,
        ),
        Family(
            name="roberta",
            module="transformers.models.roberta.modeling_roberta",
            encoder="RobertaModel",
            config="RobertaConfig",
            prefix="roberta",
            layers="encoder.layer",
            sizes=_BERT_SIZES,
            dropouts=_BERT_DROPOUTS,
            head_dropout="classifier_dropout",
            has_type_ids=False,
            has_pooler=True,
            features=".last_hidden_state[:, 0]",
            classify="model.classifier(features[:, None])",
            position_offset=2,
            **_BERT_PARTS,
        ),
        Family(
            name="xlm-roberta",
            module="transformers.models.xlm_roberta.modeling_xlm_roberta",
            encoder="XLMRobertaModel",
            config="XLMRobertaConfig",
            prefix="roberta",
            layers="encoder.layer",
            sizes=_BERT_SIZES,
            dropouts=_BERT_DROPOUTS,
            head_dropout="classifier_dropout",
            has_type_ids=False,
            has_pooler=True,
            features=".last_hidden_state[:, 0]",
            classify="model.classifier(features[:, None])",
            position_offset=2,
            **_BERT_PARTS,
        ),
        Family(
            name="electra",
            module="transformers.models.electra.modeling_electra",
            encoder="ElectraModel",
            config="ElectraConfig",
            prefix="electra",
            layers="encoder.layer",
            sizes=_BERT_SIZES,
            dropouts=_BERT_DROPOUTS,
            head_dropout="classifier_dropout",
            has_type_ids=True,
            has_pooler=False,
            features=".last_hidden_state[:, 0]",
            classify="model.classifier(features[:, None])",
            **_BERT_PARTS,
        ),
        Family(
            name="distilbert",
            module="transformers.models.distilbert.modeling_distilbert",
            encoder="DistilBertModel",
            config="DistilBertConfig",
            prefix="distilbert",
            layers="transformer.layer",
            sizes={
                "layers": "n_layers",
                "hidden_size": "dim",
                "heads": "n_heads",
                "feed_forward_size": "hidden_dim",
                "max_positions": "max_position_embeddings",
            },
            dropouts=("dropout", "attention_dropout"),
            head_dropout="seq_classif_dropout",
            has_type_ids=False,
            has_pooler=False,
            features=".last_hidden_state[:, 0]",
            classify="model.classifier(model.dropout(model.pre_classifier(features).relu()))",
            bert_layers=False,
            by_columns=("attention.q_lin", "attention.k_lin", "attention.v_lin", "ffn.lin1"),
            by_rows=("attention.out_lin", "ffn.lin2"),
            shared_inputs=(("attention", None),),
            divided=("n_heads", "hidden_dim"),
        ),
    )
}


FAMILIES: dict[str, Family] = ENCODERS | DECODERS | ENCODER_DECODERS
"""By the name that the language and config.json have for them."""

_KNOWN_BY_SIZE = """
bert-base-german-cased                    bert     12  768 512
hfl/chinese-roberta-wwm-ext               bert     12  768 512
hfl/chinese-bert-wwm-ext                  bert     12  768 512
nreimers/MiniLM-L6-H384-uncased           bert      6  384 512
prajjwal1/bert-tiny                       bert      2  128 512
prajjwal1/bert-mini                       bert      4  256 512
prajjwal1/bert-small                      bert      4  512 512
vinai/bertweet-base                       roberta  12  768 128
google/t5-v1_1-base                       t5       12  768 -
Helsinki-NLP/opus-mt-en-ROMANCE           marian    6  512 512
facebook/mbart-large-50-many-to-many-mmt  mbart    12 1024 1024
"""


def _shape_of(config: dict[str, Any]) -> Shape | None:
    """What a well-known model's `config.json` says; None for a family that is not one here."""
    family = FAMILIES.get(config["model_type"])
    if family is None:
        return None
    sizes, most = family.sizes, config.get(family.sizes.get("max_positions", ""))
    tokens = None if most is None else most - family.position_offset
    return Shape(family.name, config[sizes["layers"]], config[sizes["hidden_size"]], tokens)


KNOWN_HUB_MODELS: dict[str, Shape] = shapes(_KNOWN_BY_SIZE) | {
    name: shape for name, config in KNOWN_CONFIGS.items() if (shape := _shape_of(config))
}
"""Hub ids whose shape is known without the network, from their `config.json` on the hub."""
