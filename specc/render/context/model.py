"""The `model` names of the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from specc.language.model import Head, Pretrained, Scratch
from specc.plan.architectures import FAMILIES, Family
from specc.plan.freezing import encoder_prefix
from specc.plan.kept_head import keeps_head
from specc.plan.plan import Plan
from specc.plan.unlisted import local_config
from specc.render.context.kept_head import kept_head_context
from specc.render.context.training import FLASH
from specc.render.literals import py

_ACTIVATIONS = {"tanh": "nn.Tanh()", "relu": "nn.ReLU()", "gelu": "nn.GELU()"}
_POOLING = {
    "cls": "the first token's vector",
    "mean": "the mean of its token vectors",
    "max": "the maximum of its token vectors",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the task's room says of the network's outputs, for the templates.

    `label_lines` tell a saved model the names of its outputs; `num_outputs` is the expression of
    their number. `is_pair`: two texts are read as one sequence.
    """

    label_lines: tuple[str, ...]
    num_outputs: str
    is_pair: bool


def _head_layers(head: Head, num_outputs: str) -> list[str]:
    """The lines of the head's nn.Sequential."""
    lines, width = [], "encoder.config.hidden_size"
    for size in head.hidden:
        lines += [f"nn.Dropout({py(head.dropout)})"] if head.dropout else []
        lines += [f"nn.Linear({width}, {size})", _ACTIVATIONS[head.activation]]
        width = str(size)
    lines += [f"nn.Dropout({py(head.dropout)})"] if head.dropout else []
    return [*lines, f"nn.Linear({width}, {num_outputs})"]


def _imports(family: Family | None, ending: str, own_head: bool) -> str:
    """The concrete classes where the architecture is known: importing `Auto*` takes seconds."""
    if family is None:
        return f"from transformers import AutoConfig, AutoModel{ending}, PreTrainedModel"
    name = family.encoder if own_head else family.model_class(ending)
    return f"from {family.config_module} import {family.config}\nfrom {family.module} import {name}"


def _dropout_lines(model: Pretrained | Scratch, family: Family | None) -> list[str]:
    if model.dropout is None or family is None:
        return []
    return [f"{name}=config.dropout" for name in family.dropouts]


def _base_lines(
    plan: Plan, family: Family | None, labels: Sequence[str], own_head: bool
) -> dict[str, list[str]]:
    """Arguments that load the base: at once, or its configuration first and then its weights."""
    if plan.base is None:
        return {"load_lines": [], "base_config_lines": [], "weight_lines": []}
    model = plan.spec.model
    assert isinstance(model, Pretrained)
    revision = ["revision=config.revision"] if model.revision else []
    fields = [*([] if own_head else labels), *_dropout_lines(model, family)]
    pooler = ["add_pooling_layer=False"] if own_head and family and family.has_pooler else []
    attention = _attention_lines(plan)
    dtype = ["dtype=torch.float32"]
    if plan.base.where != "hub" and not plan.base.is_pickled:
        dtype.append("use_safetensors=True")
    if model.keep_head or _new_head(plan, family, own_head):
        dtype.append("ignore_mismatched_sizes=True")
    dtype.append("output_loading_info=True")
    return {
        "load_lines": [*revision, *fields, *pooler, *attention, *dtype],
        "base_config_lines": [*revision, *fields, *attention],
        "weight_lines": [*revision, *pooler, *dtype],
    }


def _start_lines(plan: Plan) -> list[str]:
    """What is done to the loaded model.

    A T5 whose configuration does not say it starts targets with padding, as all do.
    """
    config = local_config(plan.base)
    if config.get("model_type") != "t5" or "decoder_start_token_id" in config:
        return []
    return [f"model.config.decoder_start_token_id = {int(config.get('pad_token_id') or 0)}"]


def _empty_model(family: Family | None, builder: str, own_head: bool) -> str:
    """The expression of the base's network without its weights."""
    if family is None:
        return f"{builder}.from_config(model_config, dtype=torch.float32)"
    if not own_head:
        return f"{builder}(model_config)"
    return f"TextClassifier({_encoders(family, '')['scratch_encoder']}, config)"


def _attention_lines(plan: Plan) -> list[str]:
    """The argument that names the kernel of attention, where the spec does."""
    return [f"attn_implementation={py(plan.attention)}"] if plan.attention else []


def _set_attention(plan: Plan, own_head: bool) -> str:
    """The statement that does the same for a new model; empty where the spec names no kernel."""
    network = "model.encoder" if own_head else "model"
    return f"{network}.set_attn_implementation({py(plan.attention)})" if plan.attention else ""


def _dtype(plan: Plan) -> str:
    """Of a trained model's weights: what they were evaluated in."""
    precision = plan.hardware.precision
    is_bf16 = precision == "bf16-pure" or (precision == "bf16" and plan.devices.strategy == "fsdp")
    return "torch.bfloat16" if is_bf16 else "torch.float32"


def _loaded_options(plan: Plan) -> str:
    """The same for a trained model; it is read with what every machine has."""
    return (
        "" if plan.attention == FLASH else "".join(f", {line}" for line in _attention_lines(plan))
    )


def _config_lines(plan: Plan, family: Family, labels: Sequence[str], own_head: bool) -> list[str]:
    sizes = {
        "layers": "config.num_layers",
        "hidden_size": "config.hidden_size",
        "heads": "config.num_heads",
        "feed_forward_size": "config.feed_forward_size",
        "max_positions": "config.max_positions"
        + (f" + {family.position_offset}" if family.position_offset else ""),
    }
    lines = ["vocab_size=vocab_size"]
    lines += [f"{family.sizes[k]}={value}" for k, value in sizes.items() if k in family.sizes]
    if family.name == "electra":
        lines.append("embedding_size=config.hidden_size")
    if not family.has_type_ids and family.bert_layers:
        lines.append("type_vocab_size=1")
    lines += _dropout_lines(plan.spec.model, family)
    return [*lines, *family.scratch_lines, *([] if own_head else labels)]


def _tiny_lines(
    plan: Plan, family: Family | None, labels: Sequence[str], own_head: bool
) -> list[str]:
    """Sizes of the smoke test's model: small, with as many layers as the project names."""
    layers = 2
    parts = [pattern.split(".layer.")[-1].split(".")[0] for pattern in plan.frozen]
    layers = max([layers, *(int(part) + 1 for part in parts if part.isdigit())])
    if plan.base and plan.base.layers and plan.spec.training.learning_rate.layer_decay != 1:
        layers = plan.base.layers
    if family is None:
        return [py("bert"), "vocab_size=64", "hidden_size=32", "num_hidden_layers=2"] + [
            "num_attention_heads=2",
            "intermediate_size=64",
            *labels,
        ]
    values = {"layers": layers, "hidden_size": 32, "heads": 2, "feed_forward_size": 64}
    lines = ["vocab_size=64"] + [f"{family.sizes[name]}={value}" for name, value in values.items()]
    if "max_positions" in family.sizes:
        lines.append(f"{family.sizes['max_positions']}=64")
    if family.name == "electra":
        lines.append("embedding_size=32")
    if family.position_offset:
        # These count positions from the id of padding, which is the tiny tokenizer's here.
        pad = _pad_id(family, plan.base is None, has_tokenizer_file(plan))
        lines.append(f"pad_token_id={4 if '<pad>' in pad else 0}")
    lines += _dropout_lines(plan.spec.model, family)
    return lines + ([] if own_head else list(labels))


def _batch_arguments(type_ids: bool) -> str:
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if type_ids else [])]
    return ", ".join(f'{name}=batch["{name}"]' for name in names)


def has_tokenizer_file(plan: Plan) -> bool:
    """Whether the project reads a tokenizer.json itself instead of asking `AutoTokenizer`."""
    return plan.base is None or plan.base.reads_tokenizer_file


_FALLBACK = {False: "", True: "from transformers import AutoTokenizer"}


def model_context(plan: Plan, answers: Answers) -> dict[str, Any]:
    """Every name under `model`."""
    ending = plan.spec.task.NETWORK.model_class
    model, base = plan.spec.model, plan.base
    family = base.family if base else _scratch_family(model)
    own_head = model.head is not None
    revision = ", revision=config.revision" if getattr(model, "revision", None) else ""
    tokenizer_file = has_tokenizer_file(plan)
    type_ids = bool(family and family.has_type_ids) and answers.is_pair
    builder = family.model_class(ending) if family else f"AutoModel{ending}"
    base_expression = "base_folder(config)" if base and base.where != "hub" else "config.base"
    layers = _head_layers(model.head, answers.num_outputs) if model.head else []
    arguments = _batch_arguments(type_ids)
    options = _loaded_options(plan)
    encoders = _encoders(family, options)
    return {
        "is_scratch": base is None,
        "is_package": base is not None and base.where == "package",
        "is_folder": base is not None and base.where == "folder",
        "is_hub": base is not None and base.where == "hub",
        "own_head": own_head,
        "tokenizer_file": tokenizer_file,
        "tokenizer_arguments": f"config.base{revision}",
        "tokenizer_file_arguments": f'config.base, "tokenizer.json"{revision}',
        "may_lack_tokenizer_file": base is not None and base.may_lack_tokenizer_file,
        "tokenizer_class": "Tokenizer" if tokenizer_file else "PreTrainedTokenizerBase",
        "tokenizer_identity": "untruncated(tokenizer.to_str())"
        if tokenizer_file
        else "type(tokenizer).__name__, sorted(tokenizer.get_vocab().items())",
        "pad_id_call": _pad_id(family, base is None, tokenizer_file),
        "uses_type_ids": type_ids,
        "import_line": _imports(family, ending, own_head),
        "tokenizer_import": (
            _FALLBACK[base is not None and base.may_lack_tokenizer_file]
            if tokenizer_file
            else "from transformers import AutoTokenizer, PreTrainedTokenizerBase, "
            "PreTrainedTokenizerFast"
        ),
        "class_name": _annotation(family, ending, own_head),
        "builder": builder,
        "loaded_options": f"dtype={_dtype(plan)}{options}",
        "class_import": _class_import(family, ending, own_head),
        "encoder_class": family.encoder if family else "",
        "config_class": family.config if family else "AutoConfig.for_model",
        "build_call": builder if family else f"{builder}.from_config",
        **encoders,
        "new_model": f"TextClassifier({encoders['scratch_encoder']}, config)"
        if own_head
        else f"{builder}(model_config)",
        "checkpointing_lines": _checkpointing_lines(plan, own_head),
        "head_layers": layers,
        "pooling": model.head.pooling if model.head else "cls",
        "pooling_words": _POOLING[model.head.pooling] if model.head else "",
        "encoder_arguments": "input_ids=input_ids, attention_mask=attention_mask"
        + (", token_type_ids=token_type_ids" if type_ids else ""),
        "batch_arguments": arguments,
        "base_expression": base_expression,
        "has_revision": isinstance(model, Pretrained) and model.revision is not None,
        **_base_lines(plan, family, answers.label_lines, own_head),
        "base_config_class": family.config if family else "AutoConfig",
        "empty_model": _empty_model(family, builder, own_head),
        "config_lines": _config_lines(plan, family, answers.label_lines, own_head)
        if base is None and family
        else [],
        "tiny_lines": _tiny_lines(plan, family, answers.label_lines, own_head),
        "layers_expression": f"encoder.{family.layers}" if family else "",
        "bert_layers": bool(family and family.bert_layers),
        "ties_output": bool(family and family.ties_output),
        "tokenizer_lines": (),
        "in_embeddings": family.in_embeddings if family else '"embeddings" in name',
        "outside_embeddings": family.outside_embeddings if family else '"embeddings" not in name',
        "layer_pattern": f"\\.{family.layers.rpartition('.')[2]}\\.(\\d+)\\." if family else "",
        "logits_expression": _logits(plan, own_head, family, arguments),
        "freezes": bool(plan.frozen),
        "caches_features": plan.caches_features,
        "features_expression": f"model.{family.prefix}({arguments}){family.features}"
        if family
        else "",
        "encoder_prefix": encoder_prefix(model, family),
        "save_tokenizer": (
            'tokenizer.save(str(output_dir / "model/tokenizer.json"))'
            if tokenizer_file
            else 'tokenizer.save_pretrained(output_dir / "model")'
        ),
        "set_attention": _set_attention(plan, own_head),
        "weights": "weights" if plan.devices.strategy == "fsdp" else "model.state_dict()",
        "state_expression": _state_expression(plan),
        "module_doc": _module_doc(plan, family, own_head),
        "build_doc": _build_doc(plan, own_head),
        "start_lines": _start_lines(plan),
        **kept_head_context(plan),
        "base_arguments": f"{base_expression}{revision}",
        **_loaded(plan, family, own_head),
        **_tokenizer(plan),
    }


_AUTO_HEADS = ("classifier.", "pre_classifier.", "score.", "classification_head.", "qa_outputs.")


def _new_head(plan: Plan, family: Family | None, own_head: bool) -> tuple[str, ...]:
    """What the names of the new head's parameters begin with; empty where nothing is new."""
    is_kept = keeps_head(plan.spec)
    if own_head or is_kept or plan.base is None or plan.spec.task.NETWORK.kind != "encoder":
        return ()
    if family is None:
        return _AUTO_HEADS
    if plan.spec.task.NETWORK.model_class == "ForQuestionAnswering":
        return ("qa_outputs.",)
    return ("classifier.", *(["pre_classifier."] if family.name == "distilbert" else []))


def _loaded(plan: Plan, family: Family | None, own_head: bool) -> dict[str, Any]:
    """How model.py accounts for the weights of the base, and what is new beside them."""
    is_encoder = plan.spec.task.NETWORK.kind == "encoder"
    is_kept = keeps_head(plan.spec)
    pattern = r'r"(?!score\.|classif|pre_classif|qa_outputs|cls\.)"'
    if is_encoder and family:
        top = family.layers.split(".")[0]
        pattern = rf'r"({family.prefix}\.)?(embeddings|{top})"'
    elif is_encoder:
        pattern = r'rf"{model.base_model_prefix}\.(?!pooler)"'
    new_head = _new_head(plan, family, own_head)
    passed = (
        ("model", "loaded[1]") if new_head or (is_encoder and family is None) else ("loaded[1]",)
    )
    named = "PreTrainedModel" if family is None else "nn.Module"
    kept = " and its head" if is_kept else ""
    renews = "; a head that it brought is drawn anew" if new_head else ""
    return {
        "new_head": new_head[0] if len(new_head) == 1 else new_head,
        "differs": f"absent or any(re.match({pattern}, name) for name in unused)"
        if is_kept
        else f"any(re.match({pattern}, name) for name in absent + unused)",
        "loaded_arguments": ", ".join(passed),
        "checks_with_model": len(passed) > 1,
        "checked_class": named,
        "check_doc": f"Stops where the base does not fill the network{kept}{renews}.",
    }


def _state_expression(plan: Plan) -> str:
    """The weights as the library names them."""
    if plan.devices.strategy == "fsdp":
        return "weights"
    return "plain_state_dict(model)" if plan.kernels.any else "model.state_dict()"


def _logits(plan: Plan, own_head: bool, family: Family | None, arguments: str) -> str:
    """The expression of forward(), before its result is made float32."""
    if plan.caches_features and family is not None:
        return "model.head(features)" if own_head else family.classify
    return f"model.head(model.pool({arguments}))" if own_head else f"model({arguments}).logits"


def _annotation(family: Family | None, ending: str, own_head: bool) -> str:
    """The class of the model; what `Auto*` builds is only known to be a PreTrainedModel."""
    if family is None:
        return "PreTrainedModel"
    return "TextClassifier" if own_head else family.model_class(ending)


def _checkpointing_lines(plan: Plan, own_head: bool) -> list[str]:
    """Statements that let each layer be computed again for its gradient."""
    if not plan.gradient_checkpointing:
        return []
    network = "model.encoder" if own_head else "model"
    lines = [f"{network}.activation_checkpointing_enable()"]
    if plan.frozen:
        # The library lets the embeddings' output ask for a gradient, as its older way needs it.
        lines.append("# What is frozen below the first trained layer needs no gradient.")
        lines.append(f"{network}.disable_input_require_grads()")
    return lines


def _class_import(family: Family | None, ending: str, own_head: bool) -> str:
    module = "model" if family else "transformers"
    return f"from {module} import {_annotation(family, ending, own_head)}"


def _encoders(family: Family | None, loaded: str) -> dict[str, str]:
    """The encoder alone, for a head of one's own: new, loaded, and tiny in the tests."""
    if family is None:
        return {"scratch_encoder": "", "loaded_encoder": "", "tiny_encoder": ""}
    options = ", add_pooling_layer=False" if family.has_pooler else ""
    saved = f"{family.config}.from_pretrained(folder{loaded})"
    return {
        "scratch_encoder": f"{family.encoder}(model_config{options})",
        "loaded_encoder": f"{family.encoder}({saved}{options})",
        "tiny_encoder": f"{family.encoder}(sizes{options})",
    }


def _pad_id(family: Family | None, is_scratch: bool, tokenizer_file: bool) -> str:
    if not tokenizer_file:
        return "tokenizer.pad_token_id"
    name = "<pad>" if family and "roberta" in family.name and not is_scratch else "[PAD]"
    return f"tokenizer.token_to_id({py(name)})"


def _scratch_family(model: Pretrained | Scratch) -> Family | None:
    return FAMILIES[model.architecture] if model.architecture else None


def _tokenizer(plan: Plan) -> dict[str, Any]:
    """The tokenizer that is trained: its algorithm, its special tokens and where they stand."""
    names = {
        "special_tokens": ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
        "unknown_token": "[UNK]",
        "around": {"single": "[CLS] $A [SEP]", "pair": "[CLS] $A [SEP] $B:1 [SEP]:1"},
        "around_tokens": ("[CLS]", "[SEP]"),
    }
    if isinstance(plan.spec.model, Pretrained):
        return {"tokenizer": "", "lower_case": False} | names
    return {"tokenizer": plan.spec.algorithm, "lower_case": plan.spec.folds_case} | names


def _module_doc(plan: Plan, family: Family | None, own_head: bool) -> str:
    name = family.name if family else "pretrained"
    article = "An" if name[0] in "aeiou" else "A"
    what = (
        f"{article} {name} encoder with a head of its own"
        if own_head
        else f"{article} {name} classifier"
    )
    steps = ["build", *(["freeze"] if plan.frozen else []), "group parameters", "save", "load"]
    return f"{what}: {', '.join(steps)}."


def _build_doc(plan: Plan, own_head: bool) -> str:
    if plan.base is None:
        return "The model with random weights."
    if keeps_head(plan.spec):
        return "The pretrained encoder under the head that it was fine-tuned with."
    return "The pretrained encoder under a new head with random weights."
