"""The catalogue holds what it says it holds, and names find its rows."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import get_args

import pytest

from specc.hardware.catalogue import (
    GIB,
    LONGEST_NAME,
    Accelerator,
    Rate,
    catalogue,
    find,
    instruction_sets,
    names,
    near,
)
from specc.language.hardware import Device, Instructions

ROWS = tuple(catalogue().values())
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
URL = re.compile(r"https://[\w.-]+/\S+")


def of(vendor: str) -> list[Accelerator]:
    return [row for row in ROWS if row.vendor == vendor]


def test_what_there_is() -> None:
    assert len(ROWS) == 45
    assert [len(of(vendor)) for vendor in ("NVIDIA", "AMD", "Apple")] == [26, 4, 15]
    assert set(instruction_sets()) == set(get_args(Instructions))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_plausible(row: Accelerator) -> None:
    assert KEBAB.fullmatch(row.id) and row.name and row.device in get_args(Device)
    assert 2017 <= row.year <= 2025
    assert (row.device == "mps") == (row.vendor == "Apple")
    assert (row.capability is not None) == (row.vendor == "NVIDIA")
    assert 50 <= row.bandwidth_gbs <= 10_000
    assert row.link_gbs is None or 30 <= row.link_gbs <= 2_000
    assert set(row.precisions) <= set(get_args(Rate)) and row.precisions[0] == "fp32"
    if row.device == "mps":
        assert row.memory_gib is row.usable_bytes is row.link is None
    else:
        assert row.memory_gib and 8 <= row.memory_gib <= 300
        assert row.memory_bytes == row.memory_gib * GIB
        assert row.usable_bytes and 0.9 * row.memory_bytes < row.usable_bytes <= row.memory_bytes
        assert row.link


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_number_has_a_source(row: Accelerator) -> None:
    assert URL.fullmatch(row.source)
    assert row.confirmed is None or URL.fullmatch(row.confirmed)
    assert (row.usable_gib is None) == (row.usable_source is None)
    assert row.usable_source is None or URL.fullmatch(row.usable_source)
    assert row.confirmed or row.note or row.vendor == "Apple", "say where the numbers are from"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_rates_are_dense_and_in_order(row: Accelerator) -> None:
    rates = {rate: getattr(row, rate) for rate in get_args(Rate)}
    if row.device == "mps":
        assert all(rates[r] is None for r in ("tf32", "fp16", "bf16", "fp8"))
        return
    there = [rates[rate] for rate in get_args(Rate) if rates[rate] is not None]
    assert there == sorted(there), "each is at least as fast as what stands before it"
    assert {rate for rate in rates if rates[rate] is not None} == set(row.precisions)
    assert row.bf16 in (None, row.fp16)
    if row.fp8:
        assert row.fp8 == pytest.approx(2 * row.fp16, rel=0.02)
    if row.tf32 and row.fp16:
        assert row.fp16 == pytest.approx(2 * row.tf32, rel=0.03)
    # With sparsity an H100 has 1,979 and a B200 4,500; the MI300X has the most but for the B200.
    assert not row.bf16 or row.bf16 <= (2250 if row.id == "b200" else 1307.4)


@pytest.mark.parametrize("row", of("NVIDIA"), ids=lambda row: row.id)
def test_precisions_follow_the_compute_capability(row: Accelerator) -> None:
    assert row.capability is not None
    assert ("bf16" in row.precisions) == ("tf32" in row.precisions) == (row.capability >= 8.0)
    assert ("fp8" in row.precisions) == (row.capability >= 8.9)
    if row.id.startswith("rtx-") and row.id[4].isdigit() and "ada" not in row.id:
        assert row.fp32 and row.fp16
        ratio = 4 if row.capability < 8 else 2
        assert row.fp16 == pytest.approx(ratio * row.fp32, rel=0.03), "sums in fp32, not in fp16"


def test_a_core_of_a_cpu() -> None:
    for row in instruction_sets().values():
        assert URL.fullmatch(row.source) and row.note
        assert row.fp32 is None or row.fp32 in (32, 64)
    assert instruction_sets()["amx-bf16"].bf16 == 16 * instruction_sets()["amx-bf16"].fp32  # type: ignore[operator]
    assert instruction_sets()["avx2"].bf16 is None


def test_names_are_unique_and_lower_case() -> None:
    aliases = [alias for row in ROWS for alias in row.aliases]
    assert len(set(aliases)) == len(aliases)
    assert not set(aliases) & set(catalogue())
    assert all(KEBAB.fullmatch(name) for name in names())
    assert all(isinstance(name, str) and find(name) for name in names())


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("t4", "t4"),
        ("T4", "t4"),
        ("h100", "h100-80gb"),
        ("H100-SXM", "h100-80gb"),
        ("a100", "a100-80gb"),
        ("v100", "v100-16gb"),
        ("4090", "rtx-4090"),
        ("RTX 4090", "rtx-4090"),
        ("NVIDIA GeForce RTX 4090", "rtx-4090"),
        ("rtx_3060", "rtx-3060-12gb"),
        ("2080ti", "rtx-2080-ti"),
        ("a6000", "rtx-a6000"),
        ("AMD Instinct MI300X", "mi300x"),
        ("apple-m3-max", "m3-max"),
        (" l4 ", "l4"),
    ],
)
def test_found_by_name_or_alias(said: str, found: str) -> None:
    row = find(said)
    assert row and row.id == found


@pytest.mark.parametrize("said", ["", "-", "nvidia", "rtx-4091", "x" * 10_000, "t4\0", "\ud800"])
def test_not_found(said: str) -> None:
    assert find(said) is None
    assert len(near(said)) <= 3


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("rtx-4091", "rtx-4090"),
        ("h100-94gb", "h100-80gb"),
        ("a100-40", "a100-40gb"),
        ("m3max", "m3-max"),
        ("RTX 5070", "rtx-5070-ti"),
    ],
)
def test_near_names(said: str, meant: str) -> None:
    assert meant in near(said)
    assert set(near(said)) <= set(catalogue())


def test_nothing_is_near_to_nothing() -> None:
    assert near("toaster") == near("") == near("x" * LONGEST_NAME) == ()


def test_rates_in_units() -> None:
    t4 = catalogue()["t4"]
    assert (t4.flops("fp16"), t4.flops("bf16")) == (65e12, None)
    assert t4.full_name == "NVIDIA T4"
    assert catalogue()["h100-80gb"].flops("bf16") == pytest.approx(989.4e12)


def test_the_file_is_not_read_before_a_gpu_is_named() -> None:
    program = (
        "import sys, specc.language.spec, specc.hardware.catalogue as c; "
        "print(c._tables.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "0", done.stderr
