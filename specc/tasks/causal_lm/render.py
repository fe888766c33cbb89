"""The task's side of the render stage: names for the templates, fields of the configuration."""

from __future__ import annotations

from typing import Any

from specc.data import kernels as pc
from specc.language.data import held_out
from specc.plan.architectures import FAMILIES, Family
from specc.plan.plan import Plan
from specc.plan.unlisted import SCALES, model_type
from specc.render.context.config import Group
from specc.render.context.data import column_list
from specc.render.context.model import Answers
from specc.render.context.step import batch_name, dropout_seed, head_loss, rows_of
from specc.render.literals import code
from specc.tasks.causal_lm.data import size, texts_of
from specc.tasks.causal_lm.language import task_of
from specc.tasks.causal_lm.metrics import METRICS
from specc.tasks.causal_lm.outputs import outputs

__all__ = ["answers", "config_group", "context", "example_inputs", "libraries", "outputs"]

EXAMPLE_LETTERS = 30
"""Of a prompt on a command line."""

SMALLEST_POOL, LARGEST_POOL = 24, 27
"""Powers of two: elements of the ready dropout masks."""


def answers(plan: Plan) -> Answers:
    """The outputs of the network are tokens, which need no names."""
    return Answers((), "", False)


def config_group(plan: Plan) -> Group:
    """Blocks and samples."""
    group, task = Group("Task"), task_of(plan.spec)
    assert plan.packing is not None
    tokens = plan.packing.num_tokens
    filled = f"; the training text fills about {plan.packing.num_blocks:,}" if tokens else ""
    reason = plan.reason("task.block_size")
    group.add("block_size", "int", plan.packing.block_size, f"tokens; {reason}{filled}")
    generation = task.generation
    group.add("prompts", "tuple[str, ...]", generation.prompts, "what the samples go on from")
    group.add("max_new_tokens", "int", generation.max_new_tokens, "of a sample, at most")
    group.add("temperature", "float", float(generation.temperature), "0: the likeliest token")
    group.add("top_k", "int | None", generation.top_k, "draw among so many likeliest tokens")
    nucleus = "draw among the likeliest that have this probability together"
    group.add("top_p", "float", float(generation.top_p or 1.0), nucleus)
    return group


def _family(plan: Plan) -> Family | None:
    if plan.base is not None:
        return plan.base.family
    assert plan.spec.model.architecture is not None
    return FAMILIES[plan.spec.model.architecture]


def _states(precision: str) -> str:
    """How the hidden states (B, T, H) are handed on: flat, in the arithmetic of the head."""
    flat = 'states.flatten(0, 1)[: len(batch["labels"])]'
    match precision:
        case "bf16":
            return f"return {flat}.bfloat16()"
        case "fp16":
            return f"return {flat}.half()"
        case "auto":
            enabled = "torch.is_autocast_enabled(states.device.type)"
            return f"return {flat}.to(torch.bfloat16 if {enabled} else torch.float32)"
        case _:
            return f"return {flat}"


def _cuts(plan: Plan) -> list[str]:
    """The shares at which train and validation end, in data.py."""
    shares = [name for name, share in held_out(plan.spec.data).items() if share]
    names = [f"config.{name}_fraction" for name in shares]
    return [f"1 - {' - '.join(names[position:])}" for position in range(len(names))]


def _words(plan: Plan) -> dict[str, Any]:
    """Prose of the docstrings and the README."""
    task, facts = task_of(plan.spec), texts_of(plan.facts)
    one = {"file": "a document", "line": "a line", "paragraph": "a paragraph"}[task.documents]
    sizes = ", ".join(f"{name} {size(number)}" for name, number in facts.num_bytes.items())
    documents = ", ".join(f"{name} {number:,}" for name, number in facts.num_documents.items())
    rows = [("text", sizes), ("documents", documents)] if sizes else []
    assert plan.packing is not None
    if plan.packing.num_tokens:
        blocks = f"about {plan.packing.num_blocks:,} of {plan.packing.block_size} tokens"
        rows.append(("training blocks", blocks))
    else:
        rows.append(("blocks", f"of {plan.packing.block_size} tokens"))
    return {
        "verb": "continue",
        "answer_words": "texts token by token",
        "predict_example": "'the beginning of a text'",
        "file_words": f"column {code(task.text)} of CSV, TSV or JSONL; else text, {one} a prompt",
        "baseline_words": "each token by its share of the training tokens (counts plus one), "
        "whatever stands before",
        "readme_words": _packing_words(task.isolate_documents),
        "expectations": rows,
        "isolation_words": " in its document" if task.isolate_documents else "",
        "batch_doc": ", `position_ids` (B, T)" if task.isolate_documents else "",
    }


def _packing_words(isolates: bool) -> str:
    """A paragraph of the README."""
    seen = (
        "attention and positions begin anew at each document"
        if isolates
        else "a document sees those before it in its block"
    )
    return (
        "Documents are joined to one stream, with an end token around each, and cut into blocks;\n"
        f"{seen}. Every token is predicted once an epoch;\nthe last block is padded, and padding "
        "costs no loss. `python predict.py --score --file\nnew.txt` scores texts as `evaluate.py` "
        "does."
    )


def _task(plan: Plan) -> dict[str, Any]:
    """Every name under `task`."""
    task, family = task_of(plan.spec), _family(plan)
    base = "config.base" if plan.base and plan.base.where == "hub" else "base_folder(config)"
    config_class = family.config if family else "AutoConfig"
    cuts = any(split.origin == "cut" for split in plan.facts.splits.values())
    head = "model.lm_head.weight" if family else "model.get_output_embeddings().weight"
    return {
        "sequence_lengths": "len(loader.targets(row)) for row in range(loader.num_blocks)",
        "forward_statement": f"states = forward(model, {batch_name(plan)})",
        "loss_place": "`loss.py`, and the line `loss = ...` in `train.py`",
        "loss_expression": head_loss(plan, head),
        "num_samples": rows_of(plan, "input_ids"),
        "same_columns": "texts",
        "counts_targets": True,
        "rates_targets": True,
        "writes_samples": True,
        "baseline_call": 'baseline(loaders[name], loaders["train"])',
        "rebases": plan.base is not None and plan.base.where != "package",
        "end_id": "END_ID" if plan.base is None else "end_id(config)",
        "base_config": f"{config_class}.from_pretrained({base}{_revision(plan)})",
        "body": f"model.{family.prefix}" if family else "model.base_model",
        "head": head,
        "states_statement": _states(plan.hardware.precision),
        "scale": SCALES.get(model_type(plan.base), ""),
        "scaled_states": "states" + SCALES.get(model_type(plan.base), ""),
        "proves_logits": plan.base is not None and family is None,
        "between": "[self.end_id]" if plan.base is None else "self.between",
        "num_opening": "int(not part)" if plan.base is None else "len(self.between) * (not part)",
        "num_between": "1" if plan.base is None else "len(self.between)",
        "opening": "self.end_id" if plan.base is None else "self.between[-1]",
        "written": "tokenizer.decode(ids[num_given:])"
        if plan.base is None
        else "written(tokenizer, ids, num_given)",
        **_generation(family),
        "isolates": task.isolate_documents,
        "picks": cuts and not plan.facts.by_position,
        "cuts": _cuts(plan),
        "cuts_twice": len(_cuts(plan)) == 2,
        "column": task.text,
        "unit_is_line": task.documents == "line",
        "unit_is_paragraph": task.documents == "paragraph",
        **_words(plan),
    }


def _generation(family: Family | None) -> dict[str, Any]:
    """With a cache where the family is known to have one that can be asked for its length."""
    doc = (
        "read. Keys and values of what was read are kept; when the window of a block is full, its "
        "last\n    half is read anew."
        if family
        else "read. Each token costs a pass over the window: nothing is kept."
    )
    unread = "unread" if family else "ids[-window:]"
    return {"caches": family is not None, "reading_doc": doc, "unread": unread}


def _revision(plan: Plan) -> str:
    return ", revision=config.revision" if getattr(plan.spec.model, "revision", None) else ""


def _model(plan: Plan) -> dict[str, Any]:
    """What model.py and speedups.py need beside the generic names under `model`."""
    family = _family(plan)
    name = family.name if family else "pretrained"
    article = "An" if name[0] in "aeiou" else "A"
    steps = ["build", *(["freeze"] if plan.frozen else []), "group parameters", "save", "load"]
    names: dict[str, Any] = {
        # The end of a text is the only special token, and has a name of its own.
        "special_tokens": (),
        "tokenizer_file": True,
        "tokenizer_class": "Tokenizer",
        "tokenizer_import": "",
        "save_tokenizer": 'tokenizer.save(str(output_dir / "model/tokenizer.json"))',
        # Embeddings and head are one parameter under two names.
        "state_expression": "{name: weights[name] for name, _ in model.named_parameters()}"
        if plan.devices.strategy == "fsdp"
        else "dict(model.named_parameters())",
        "module_doc": f"{article} {name} language model: {', '.join(steps)}.",
        "build_doc": "The pretrained model."
        if plan.base
        else "The model with random weights; embeddings and head share theirs.",
        "layers_of_model": f"model.{family.prefix}.{family.layers}" if family else "",
        "last_embedding": "",
        "tiny_lines": _tiny_lines(plan, family),
    }
    if family is None:
        # Whatever the family calls its tables: embed_tokens, word_embeddings, wte, wpe.
        names["outside_embeddings"] = 'not re.search("emb|wte|wpe", name)'
    if family:
        last = "drop" if family.name == "gpt2" else family.embeddings[-1]
        names["last_embedding"] = f"model.{family.prefix}.{last}"
    return names


def _tiny_lines(plan: Plan, family: Family | None) -> list[str]:
    """Sizes of the smoke test's model: small, with as many layers as the project names."""
    parts = [pattern.split(".")[-2] for pattern in plan.frozen if "." in pattern]
    layers = max([2, *(int(part) + 1 for part in parts if part.isdigit())])
    lines = ["vocab_size=64"]
    if family is None:
        more = ["n_layer=2", "n_embd=32", "n_head=2", "n_positions=64"]
        return ['"gpt2"', *lines, *more, "bos_token_id=0", "eos_token_id=0"]
    sizes = {"layers": layers, "hidden_size": 32, "heads": 2, "feed_forward_size": 64}
    lines += [f"{family.sizes[name]}={value}" for name, value in sizes.items()]
    lines.append(f"{family.sizes['max_positions']}=64")
    values = {"END_ID": "0", "config.num_heads": "2"}
    for line in family.scratch_lines:
        name, _, value = line.partition("=")
        lines.append(f"{name}={values.get(value, value)}")
    if plan.spec.model.dropout is not None:
        lines += [f"{name}=config.dropout" for name in family.dropouts]
    return lines


def _kernels(plan: Plan) -> dict[str, Any]:
    """Sizes of the levers."""
    family, drops = _family(plan), plan.kernels.pooled_dropout
    return {
        "loss_chunk": plan.task.loss_chunk,
        "call": f"speed_up(model, {dropout_seed(plan)})",
        "gives_dropout": drops and family is not None and family.name != "gpt2",
        "pool_size": f"2**{_pool(plan)}",
    }


def _pool(plan: Plan) -> int:
    """A power of two: twice the attention weights of what passes at a time, the most masked."""
    assert plan.packing is not None
    width = plan.base.hidden_size if plan.base else getattr(plan.spec.model, "hidden_size", None)
    heads = getattr(plan.spec.model, "heads", None) or max(1, (width or 768) // 64)
    most = plan.micro_batch * heads * plan.packing.block_size**2
    return max(SMALLEST_POOL, min(LARGEST_POOL, (2 * most - 1).bit_length()))


def context(plan: Plan) -> dict[str, dict[str, Any]]:
    """The task's names by namespace."""
    metrics = [{"name": name, "expression": METRICS[name].expression} for name in plan.metrics]
    column = task_of(plan.spec).text
    data: dict[str, Any] = {
        "text_lists": [column_list(plan, column)],
        "row_types": {"texts": "pa.string()"},
        "token_types": {"numbers": "pa.list_(pa.int32())"},
    }
    if not plan.facts.hub and plan.spec.data.split.group is None:
        data["examples_doc"] = "Clean documents of all files of one split."
    elif not plan.facts.hub:
        data["examples_doc"] = "Clean documents of all files of one split, and the rows kept."
    return {
        "task": _task(plan),
        "evaluation": {"metrics": metrics, "score_type": "float"},
        "data": data,
        "model": _model(plan),
        "kernels": _kernels(plan),
    }


def libraries(plan: Plan) -> list[str]:
    """The tokenizer's own library, and the hub's where the base is there."""
    hub = plan.base is not None and plan.base.where == "hub"
    return ["tokenizers", *(["huggingface-hub"] if hub else [])]


def example_inputs(plan: Plan) -> list[str]:
    """The first words of a text of the final split."""
    split = plan.facts.splits.get(plan.final_split)
    column = split.table[task_of(plan.spec).text].slice(0, 1) if split else ()
    texts = pc.first_letters(column, 200).to_pylist() if split else []
    for text in (" ".join(text.split()) for text in texts):
        start = text[:EXAMPLE_LETTERS].rpartition(" ")[0] or text[:EXAMPLE_LETTERS]
        if start.isprintable() and start[:1] not in ("", "-"):
            return [start]
    return ["the beginning of a text"]
