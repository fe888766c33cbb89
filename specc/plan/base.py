"""The base model as far as it can be known at compile time, without torch and without network."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from specc.bases.files import is_folder, is_pointer, read_object
from specc.bases.model_types import BY_CLASS, KNOWN_TYPES
from specc.bases.packages import PIECES, packages_of
from specc.bases.positions import most_tokens, padding_offset
from specc.bases.weights import Damage, damages, holds_weights, is_pickled
from specc.diagnostics.diagnostic import Diagnostic, Rule, SpecError
from specc.diagnostics.rules import bases as base_rules
from specc.diagnostics.rules import plan as rules
from specc.diagnostics.rules.cross_model import ARCHITECTURE_NOT_FOR_TASK
from specc.language.checks_task import fitting, with_article
from specc.language.finding import shown
from specc.language.model import Pretrained
from specc.language.spec import Spec
from specc.plan.architectures import FAMILIES, KNOWN_HUB_MODELS, Family
from specc.plan.known import KNOWN_CONFIGS
from specc.yaml.source import Source

Where = Literal["hub", "folder", "package"]


@dataclass(frozen=True)
class Base:
    """What is known of a pretrained encoder.

    `reference` is what the generated code resolves: a hub id, a path, or `package/folder`.
    `family` is None for a hub id whose architecture nobody named. `layers`, `hidden_size` and
    `max_positions` are None where they cannot be known. `tokenizer` is the local tokenizer file.
    `requirement` is the package that carries the weights, pinned. `config` is the config.json of a
    local base; `is_pickled`: its weights are in pytorch_model.bin alone. `divided` are the numbers
    of its configuration that devices which hold layers together have a part of.
    """

    where: Where
    reference: str
    family: Family | None
    layers: int | None
    hidden_size: int | None
    max_positions: int | None
    tokenizer: Path | None
    folder: Path | None = None
    requirement: str | None = None
    dropout: float | None = None
    divided: dict[str, int] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    is_pickled: bool = False

    @property
    def reads_tokenizer_file(self) -> bool:
        """Whether the project makes its tokenizer from tokenizer.json alone."""
        if self.family is None:
            return self.tokenizer is not None
        if self.where == "hub":
            return self.family.tokenizer_file and self.reference not in _PYTHON_TOKENIZERS
        return self.family.tokenizer_file and self.tokenizer is not None

    @property
    def may_lack_tokenizer_file(self) -> bool:
        """Whether the project has to expect that the hub holds other files of the tokenizer."""
        if self.where != "hub" or not self.reads_tokenizer_file:
            return False
        return self.reference not in KNOWN_CONFIGS or self.reference in _WITHOUT_TOKENIZER_FILE

    @property
    def tokenizer_packages(self) -> tuple[str, ...]:
        """What the project installs so that its tokenizer can be read.

        Of an id on the hub the files are not known, and SentencePiece models are common.
        """
        if self.folder is not None:
            return () if self.reads_tokenizer_file else packages_of(self.folder, self.config)
        if self.reference in _PYTHON_TOKENIZERS:
            return ("emoji",)
        if self.family is None or not self.reads_tokenizer_file:
            return PIECES
        return PIECES if self.may_lack_tokenizer_file and self.family.name in _OF_PIECES else ()


_PYTHON_TOKENIZERS = frozenset({"vinai/bertweet-base"})
_WITHOUT_TOKENIZER_FILE = frozenset(
    {"google/t5-v1_1-small", "google/t5-v1_1-base", "microsoft/MiniLM-L12-H384-uncased"}
)
_OF_PIECES = frozenset({"t5", "xlm-roberta", "llama", "mistral"})
_MOST = 1_000_000_000


def where_is(base: str) -> Where:
    """Which of the three kinds of place `model.base` names."""
    if base.startswith("package:"):
        return "package"
    return "folder" if base.startswith((".", "/", "~")) else "hub"


def find_base(model: Pretrained, source: Source) -> Base:
    """Reads the base's configuration where it is local; looks hub ids up in the built-in table.

    Raises:
        SpecError: SP401 to SP404 where a local base cannot be used, SP413.
    """
    where = where_is(model.base)
    if where == "hub":
        _refuse_folder_beside(model, source)
        shape = KNOWN_HUB_MODELS.get(model.base)
        if shape:
            refuse_other_family(model, source, shape.family, "specc's table")
        name = model.architecture or (shape.family if shape else None)
        family = FAMILIES[name] if name else None
        return Base(
            where="hub",
            reference=model.base,
            family=family,
            layers=shape.layers if shape else None,
            hidden_size=shape.hidden_size if shape else None,
            max_positions=shape.max_positions if shape else None,
            tokenizer=None,
            divided=_divided(family, KNOWN_CONFIGS.get(model.base, {})),
        )
    if where == "package":
        return _local(model, source, *_package_folder(model.base, source))
    return _local(model, source, (source.folder / Path(model.base).expanduser()), None)


def resolve_base(spec: Spec, source: Source) -> Base | None:
    """The base of a pretrained model, None for one from scratch.

    Raises:
        SpecError: as `find_base`; SP265 where the task needs another kind of network.
    """
    if not isinstance(spec.model, Pretrained):
        return None
    base, task = find_base(spec.model, source), spec.task
    if base.family and base.family.network != task.NETWORK.kind:
        raise _refuse(
            source,
            ARCHITECTURE_NOT_FOR_TASK,
            f"`{spec.model.base}` is a {base.family.name} model, "
            f"{with_article(base.family.network)}, and {task.kind} needs "
            f"{with_article(task.NETWORK.kind)}",
            f"choose a base of one of these families: {', '.join(fitting(task))}",
        )
    if base.folder is not None and base.family is None:
        refuse_unknown_type(spec, source, base)
    return base


def refuse_unknown_type(spec: Spec, source: Source, base: Base) -> None:
    """Raises SP433 where the library has no class for what config.json names."""
    kind, ending = base.config.get("model_type"), spec.task.NETWORK.model_class
    name = getattr(spec.model, "base", "")
    families = ", ".join(fitting(spec.task))
    other = f"choose a base of one of these families: {families}"
    if kind is None:
        message = f"config.json in `{name}` has no `model_type`, so its architecture is not known"
        help_ = 'add it to config.json, as in `"model_type": "bert"`, if you know what it is'
    elif kind in KNOWN_TYPES and (ending not in BY_CLASS or kind in BY_CLASS[ending]):
        return
    elif kind in KNOWN_TYPES:
        message = f"`{name}` is {with_article(kind)} model, and transformers has none for this task"
        help_ = other
    elif "auto_map" in base.config:
        message = (
            f"`{name}` is of the type {shown(str(kind))}, whose code comes with the model: "
            "transformers has none, and code out of a model's folder is not run"
        )
        help_ = other
    else:
        message = f"`{name}` is of the type {shown(str(kind))}, which transformers does not know"
        help_ = other
    raise _refuse(source, base_rules.TYPE_NOT_KNOWN, message, help_)


def _refuse_folder_beside(model: Pretrained, source: Source) -> None:
    """Raises SP402 where what reads as a hub id is a folder with a model, beside the spec."""
    folder = source.folder / model.base
    if any((folder / name).exists() for name in ("config.json", "adapter_config.json")):
        raise _refuse(
            source,
            rules.BASE_NOT_FOUND,
            f"`{model.base}` is read as a hub id, and a folder of this name holds a model",
            f"write `./{model.base}` if the folder is meant; else give it another name",
        )


def _package_folder(base: str, source: Source) -> tuple[Path, str]:
    """Raises SP401 where the package is not installed."""
    package, _, folder = base.removeprefix("package:").partition("/")
    if "." in package:
        inner = package.replace(".", "/")
        raise _refuse(
            source,
            rules.PACKAGE_NOT_INSTALLED,
            f"`{package}` is no package of its own, but a part of one",
            f"write its folders after a slash: `package:{inner}/{folder}`",
        )
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None:
        raise _refuse(
            source,
            rules.PACKAGE_NOT_INSTALLED,
            f"the package `{package}` is not installed, so its model cannot be read",
            f"run `pip install {package.replace('_', '-')}`",
        )
    requirement = _pin(package)
    if requirement is None:
        raise _refuse(
            source,
            rules.PACKAGE_NOT_INSTALLED,
            f"no installed package brings `{package}`: it belongs to the language itself, or to "
            "a folder of yours",
            "name the package that brings the model, or write the folder: `./path/to/model`",
        )
    return Path(spec.origin).parent / folder, requirement


def _pin(package: str) -> str | None:
    """The requirement that installs `package` in the version that is here, None if none does."""
    try:
        name = package.replace("_", "-")
        return f"{name}=={importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        # Slow, because it reads the records of everything that is installed.
        names = importlib.metadata.packages_distributions().get(package)
        return f"{names[0]}=={importlib.metadata.version(names[0])}" if names else None


def _refuse(source: Source, rule: Rule, message: str, help_: str) -> SpecError:
    found = Diagnostic(rule, message, source.file, source.span("model", "base"), help_)
    return SpecError((found,))


def _local(model: Pretrained, source: Source, folder: Path, requirement: str | None) -> Base:
    if not is_folder(folder):
        raise _refuse(
            source,
            rules.BASE_NOT_FOUND,
            f"`{shown(model.base)}` is not a folder",
            "give the folder that holds config.json and model.safetensors, as seen from the spec; "
            "a hub id does not start with `.` or `/`",
        )
    _refuse_adapter(model, source, folder)
    config = _read_config(model, source, folder)
    _check_files(model, source, folder)
    name = str(config.get("model_type", ""))
    if name:
        refuse_other_family(model, source, name, "its config.json")
    family = FAMILIES.get(name) or (FAMILIES[model.architecture] if model.architecture else None)
    sizes = family.sizes if family else {}
    for key in sizes.values():
        _check_number(model, source, config, key, whole=True)
    for key in family.dropouts if family else ():
        _check_number(model, source, config, key, whole=False)
    for key in ("max_position_embeddings", "n_positions", "vocab_size"):
        _check_number(model, source, config, key, whole=True)
    positions = _positions(model, source, family, config)
    tokenizer = folder / "tokenizer.json"
    return Base(
        where="package" if requirement else "folder",
        reference=model.base.removeprefix("package:"),
        family=family,
        layers=config.get(sizes.get("layers", "")),
        hidden_size=config.get(sizes.get("hidden_size", "")),
        max_positions=positions,
        tokenizer=tokenizer if tokenizer.is_file() else None,
        folder=folder,
        requirement=requirement,
        dropout=config.get(family.dropouts[0]) if family else None,
        divided=_divided(family, config),
        config=config,
        is_pickled=is_pickled(folder),
    )


def _positions(
    model: Pretrained, source: Source, family: Family | None, config: dict[str, Any]
) -> int | None:
    """Tokens that a text may have; None: any number."""
    if family is None:
        return most_tokens(config)
    most = config.get(family.sizes.get("max_positions", ""))
    if not isinstance(most, int):
        return None
    tokens = most - padding_offset(config, family.name)
    if tokens < 1:
        raise _refuse(
            source,
            rules.NO_CONFIG,
            f"config.json in `{model.base}` has {most} positions, and positions begin after "
            f"`pad_token_id: {config.get('pad_token_id', 1)}`: no token fits",
            "correct config.json, or save the model again with `model.save_pretrained(folder)`",
        )
    return tokens


def _refuse_adapter(model: Pretrained, source: Source, folder: Path) -> None:
    """Raises SP432 where the folder holds an adapter's weights, and not those of a model."""
    if not (folder / "adapter_config.json").exists() or holds_weights(folder):
        return
    adapted = (read_object(folder / "adapter_config.json") or {}).get("base_model_name_or_path")
    of = f" for `{shown(adapted)}`" if isinstance(adapted, str) and adapted else ""
    raise _refuse(
        source,
        base_rules.ADAPTER,
        f"the folder `{model.base}` holds an adapter{of}, and no model",
        "merge it first: `merge_and_unload()` of the adapted model, then "
        "`model.save_pretrained(folder)`",
    )


def _check_files(model: Pretrained, source: Source, folder: Path) -> None:
    """Raises SP404 and SP431 where the weights are not there, or not whole."""
    if not holds_weights(folder):
        others = sorted(path.name for path in folder.iterdir() if path.suffix in _OTHER_WEIGHTS)
        what = f"{others[0]}, which is not read" if others else "no weights"
        raise _refuse(
            source,
            rules.NO_SAFE_WEIGHTS,
            f"the folder `{model.base}` has {what}, and no model.safetensors",
            "save the model again with `model.save_pretrained(folder)`, which writes safetensors",
        )
    found = [
        Diagnostic(
            base_rules.DAMAGED_WEIGHTS,
            f"{damage.message} (in `{model.base}`)",
            source.file,
            source.span("model", "base"),
            damage.help,
        )
        for damage in (*damages(folder), *_pointers(folder))
    ]
    if found:
        raise SpecError(tuple(found))


def _pointers(folder: Path) -> Iterator[Damage]:
    """Files of a tokenizer that Git LFS has not fetched."""
    for path in sorted(folder.iterdir()):
        if path.suffix in (".json", ".model", ".spm", ".txt") and is_pointer(path):
            yield Damage(
                f"{path.name} is a pointer of Git LFS, without the file",
                "run `git lfs pull` in the folder of the base",
            )


_OTHER_WEIGHTS = (".bin", ".h5", ".msgpack", ".gguf", ".pt", ".pth", ".ckpt", ".safetensors")


def _divided(family: Family | None, config: dict[str, Any]) -> dict[str, int]:
    """Of a configuration, the numbers that devices which hold layers together have a part of."""
    names = family.divided if family else ()
    return {name: config[name] for name in names if isinstance(config.get(name), int)}


def refuse_other_family(model: Pretrained, source: Source, family: str, by: str) -> None:
    """Raises SP413 where `architecture` says something else than what is known."""
    if model.architecture is None or model.architecture == family:
        return
    message = (
        f"`{model.base}` is {with_article(family)} model by {by}, and no {model.architecture} model"
    )
    span = source.span("model", "architecture")
    help_ = "delete `architecture`"
    raise SpecError(
        (Diagnostic(rules.ARCHITECTURE_CONTRADICTS, message, source.file, span, help_),)
    )


def _check_number(
    model: Pretrained, source: Source, config: dict[str, Any], key: str, *, whole: bool
) -> None:
    """Raises SP403 where `key` of config.json is there and no number of its kind."""
    value = config.get(key)
    kinds: Any = int if whole else (int, float)
    if value is None:
        return
    is_number = isinstance(value, kinds) and not isinstance(value, bool)
    if is_number and (1 <= value <= _MOST if whole else 0 <= value <= 1):
        return
    needed = f"a whole number from 1 to {_MOST:,}" if whole else "a number from 0 to 1"
    raise _refuse(
        source,
        rules.NO_CONFIG,
        f"config.json in `{model.base}` has `{key}: {shown(json.dumps(value))}`, and {needed} is "
        "needed",
        "correct config.json, or save the model again with `model.save_pretrained(folder)`",
    )


def _read_config(model: Pretrained, source: Source, folder: Path) -> dict[str, Any]:
    config = read_object(folder / "config.json")
    if config is None:
        raise _refuse(
            source,
            rules.NO_CONFIG,
            f"the folder `{model.base}` has no readable config.json",
            "give a folder that `model.save_pretrained(folder)` wrote",
        )
    return config


def family_of(spec: Spec, base: Base | None) -> Family | None:
    """The family of the base, or of the architecture from scratch; None where nobody named it."""
    if base is not None:
        return base.family
    return FAMILIES[spec.model.architecture] if spec.model.architecture else None
