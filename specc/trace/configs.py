"""Networks from their configuration alone: a folder, the hub's cache, or a table of known ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import transformers
from transformers import AutoConfig, PreTrainedConfig, PreTrainedModel
from transformers.models.auto.auto_factory import _BaseAutoModelClass

from specc.plan.known import KNOWN_CONFIGS

_read_config = AutoConfig.from_pretrained


class UnknownShape(Exception):
    """No place that can be reached holds the configuration of a model; the message is its name."""


@contextmanager
def models_without_weights() -> Iterator[None]:
    """Makes every `from_pretrained` build the network and load nothing."""

    def config_alone(cls: Any, source: Any, /, **options: Any) -> Any:
        options.pop("revision", None)
        return find_config(str(source), options)[0]

    def read(source: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        for name in ("use_safetensors", "revision", "ignore_mismatched_sizes"):
            options.pop(name, None)
        dtype = options.pop("dtype", None)
        rest = {"dtype": dtype} if dtype is not None else {}
        given = options.pop("config", None)
        config, more = (given, options) if given else find_config(str(source), options)
        return config, more | rest

    def one(cls: Any, source: Any, *_: Any, **options: Any) -> Any:
        tells = options.pop("output_loading_info", False)
        config, rest = read(source, options)
        model = cls._from_config(config, **rest)
        return (model, _loaded_whole()) if tells else model

    def auto(cls: Any, source: Any, *_: Any, **options: Any) -> Any:
        tells = options.pop("output_loading_info", False)
        config, rest = read(source, options)
        model = cls.from_config(config, **rest)
        return (model, _loaded_whole()) if tells else model

    with (
        patch.object(PreTrainedConfig, "from_pretrained", classmethod(config_alone)),
        patch.object(AutoConfig, "from_pretrained", classmethod(config_alone)),
        patch.object(PreTrainedModel, "from_pretrained", classmethod(one)),
        patch.object(_BaseAutoModelClass, "from_pretrained", classmethod(auto)),
        patch.object(transformers.GenerationConfig, "from_pretrained", classmethod(_no_generation)),
    ):
        yield


def _loaded_whole() -> dict[str, Any]:
    """What the library would tell of weights that all fit."""
    return {"missing_keys": (), "unexpected_keys": (), "mismatched_keys": ()}


def _no_generation(cls: Any, *_: Any, **__: Any) -> Any:
    return cls()


def find_config(source: str, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """From a folder or the hub's cache, else from the table, else from the hub.

    The options that are fields of the configuration go into it; the second value holds the others.

    Raises:
        UnknownShape: if no place knows the model.
    """
    read = _read_config
    try:
        config, rest = read(source, local_files_only=True, return_unused_kwargs=True, **options)
    except OSError:
        if source in KNOWN_CONFIGS:
            fields = KNOWN_CONFIGS[source] | options
            return _with_all_layers(AutoConfig.for_model(fields.pop("model_type"), **fields)), {}
        try:
            config, rest = read(source, return_unused_kwargs=True, **options)
        except OSError:
            raise UnknownShape(source) from None
    return _with_all_layers(config), rest


def _with_all_layers(config: Any) -> Any:
    """A layer that one step leaves out by chance is trained in another."""
    for name in ("layerdrop", "encoder_layerdrop", "decoder_layerdrop"):
        if hasattr(config, name):
            setattr(config, name, 0.0)
    return config
