def write_predictions(path: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """One JSON object a block, in the order of the text; a cut character shows as U+FFFD."""
    with path.open("w", encoding="utf-8") as file:
        for row in range(loader.num_blocks):
            line = {
                "block": row,
                "text": loader.tokenizer.decode(loader.targets(row).tolist()),
                "tokens": int(outcome.num_tokens[row]),
                "loss": round(float(outcome.losses[row] / outcome.num_tokens[row]), 6),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def by_position(outcome: Outcome) -> list[dict[str, Any]]:
    """Mean loss for each eighth of the block: how much is won by what stands before."""
    parts = np.array_split(np.arange(outcome.by_position.shape[1]), 8)
    totals = [(part, *outcome.by_position[:, part].sum(1)) for part in parts if len(part)]
    return [
        {"positions": f"{part[0] + 1}-{part[-1] + 1}", "tokens": int(number), "loss": float(nats / number)}
        for part, nats, number in totals
        if number
    ]


def by_token(loader: Loader, outcome: Outcome, config: Config) -> list[dict[str, Any]]:
    """The tokens that cost most in all."""
    losses, counts = outcome.by_token
    worst = [int(token) for token in np.argsort(-losses, kind="stable")[: config.num_worst] if counts[token]]
    return [
        {
            "token": repr(loader.tokenizer.decode([token], skip_special_tokens=False)),
            "times": int(counts[token]),
            "loss": float(losses[token] / counts[token]),
            "share_of_loss": float(losses[token] / losses.sum()),
        }
        for token in worst
    ]


def write_report(output_dir: Path, loader: Loader, outcome: Outcome, config: Config) -> None:
    """report.md for people and report.json for programs: what is hard, and samples of the run."""
    means = outcome.losses / outcome.num_tokens
    worst = [
        {
            "block": int(row),
            "loss": float(means[row]),
            "text": loader.tokenizer.decode(loader.targets(int(row)).tolist())[:200],
        }
        for row in np.argsort(-means, kind="stable")[: config.num_worst]
    ]
    log = (output_dir / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    samples = [event for event in map(json.loads, log) if event["event"] == "sample"]
    report: dict[str, Any] = {
        "texts": len(loader.examples),
        "blocks": len(means),
        "tokens": int(outcome.num_tokens.sum()),
        "by_position": by_position(outcome),
        "by_token": by_token(loader, outcome, config),
        "worst": worst,
        "samples": [{name: event[name] for name in ("step", "prompt", "text")} for event in samples],
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (output_dir / "report.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# Error analysis",
        "",
        f"{report['tokens']:,} tokens of the {{ data.final_split }} split in {len(means):,} blocks.",
        *table("By position in the block", report["by_position"]),
        *table("Tokens that cost most", report["by_token"]),
        *table("Worst blocks", worst),
        "",
        "## Samples as training went",
    ]
    for sample in report["samples"]:
        start = f"step {sample['step']}, after {sample['prompt']!r}:"
        lines += ["", start, "", *(f"    {line}" for line in sample["text"].splitlines())]
    (output_dir / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


# {% include "partials/report_table.py" %}
