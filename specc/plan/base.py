"""The base model as far as it can be known at compile time, without torch and without network."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.diagnostics.rules import plan as rules
from specc.diagnostics.rules.cross_model import ARCHITECTURE_NOT_FOR_TASK
from specc.plan.architectures import FAMILIES, KNOWN_HUB_MODELS, Family
from specc.plan.known import KNOWN_CONFIGS
from specc.source.source import Source
from specc.spec.checks_task import fitting, with_article
from specc.spec.finding import shown
from specc.spec.model import Pretrained
from specc.spec.spec import Spec

Where = Literal["hub", "folder", "package"]


@dataclass(frozen=True)
class Base:
    """What is known of a pretrained encoder.

    `reference` is what the generated code resolves: a hub id, a path, or `package/folder`.
    `family` is None for a hub id whose architecture nobody named. `layers`, `hidden_size` and
    `max_positions` are None where they cannot be known. `tokenizer` is the local tokenizer file.
    `requirement` is the package that carries the weights, pinned. `divided` are the numbers of its
    configuration that devices which hold layers together have a part of.
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

    @property
    def reads_tokenizer_file(self) -> bool:
        """Whether the project makes its tokenizer from tokenizer.json alone."""
        if self.family is None:
            return self.tokenizer is not None
        return self.family.tokenizer_file and (self.tokenizer is not None or self.where == "hub")


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
        shape = KNOWN_HUB_MODELS.get(model.base)
        if shape:
            _refuse_other_family(model, source, shape.family, "specc's table")
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
    return base


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


def _refuse(source: Source, rule: Any, message: str, help_: str) -> SpecError:
    found = Diagnostic(rule, message, source.file, source.span("model", "base"), help_)
    return SpecError((found,))


def _local(model: Pretrained, source: Source, folder: Path, requirement: str | None) -> Base:
    if not folder.is_dir():
        raise _refuse(
            source,
            rules.BASE_NOT_FOUND,
            f"`{model.base}` is not a folder",
            "give the folder that holds config.json and model.safetensors, as seen from the spec; "
            "a hub id does not start with `.` or `/`",
        )
    config = _read_config(model, source, folder)
    if not any(folder.glob("*.safetensors")):
        pickled = sorted(path.name for path in folder.glob("*.bin"))
        what = f"only pickled weights ({pickled[0]})" if pickled else "no weights"
        raise _refuse(
            source,
            rules.NO_SAFE_WEIGHTS,
            f"the folder `{model.base}` has {what}, and no model.safetensors",
            "save the model again with `model.save_pretrained(folder)`, which writes safetensors: "
            "loading a pickle can run code",
        )
    name = str(config.get("model_type", ""))
    if name:
        _refuse_other_family(model, source, name, "its config.json")
    family = FAMILIES.get(name) or (FAMILIES[model.architecture] if model.architecture else None)
    sizes = family.sizes if family else {}
    for key in sizes.values():
        _check_number(model, source, config, key, whole=True)
    for key in family.dropouts if family else ():
        _check_number(model, source, config, key, whole=False)
    positions = config.get(sizes.get("max_positions", ""), None)
    tokenizer = folder / "tokenizer.json"
    return Base(
        where="package" if requirement else "folder",
        reference=model.base.removeprefix("package:"),
        family=family,
        layers=config.get(sizes.get("layers", "")),
        hidden_size=config.get(sizes.get("hidden_size", "")),
        max_positions=positions - family.position_offset if positions and family else positions,
        tokenizer=tokenizer if tokenizer.is_file() else None,
        folder=folder,
        requirement=requirement,
        dropout=config.get(family.dropouts[0]) if family else None,
        divided=_divided(family, config),
    )


def _divided(family: Family | None, config: dict[str, Any]) -> dict[str, int]:
    """Of a configuration, the numbers that devices which hold layers together have a part of."""
    names = family.divided if family else ()
    return {name: config[name] for name in names if isinstance(config.get(name), int)}


def _refuse_other_family(model: Pretrained, source: Source, family: str, by: str) -> None:
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
    if is_number and (value >= 1 if whole else 0 <= value <= 1):
        return
    needed = "a whole number of 1 or more" if whole else "a number from 0 to 1"
    raise _refuse(
        source,
        rules.NO_CONFIG,
        f"config.json in `{model.base}` has `{key}: {shown(json.dumps(value))}`, and {needed} is "
        "needed",
        "correct config.json, or save the model again with `model.save_pretrained(folder)`",
    )


def _read_config(model: Pretrained, source: Source, folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        config = None
    if not isinstance(config, dict):
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
