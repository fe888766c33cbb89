def losses(config: Config) -> list[float]:
    """What metrics.jsonl holds of the training loss."""
    lines = Path(config.output_dir, "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [event["train/loss"] for event in map(json.loads, lines) if event["event"] == "train"]


def test_learns(config: Config) -> None:
    # {% if training.by_epochs %}
    train.main(replace(config, epochs=8))
    # {% else %}
    train.main(replace(config, steps=40))
    # {% endif %}
    assert losses(config)[-1] < losses(config)[0]


def test_resumed_run_equals_uninterrupted(config: Config, tmp_path: Path) -> None:
    train.main(config)
    halves = replace(config, output_dir=str(tmp_path / "halves"))
    train.main(replace(halves, max_steps=5))
    train.main(halves, resume=True)
    # {% if devices.many %}
    torch.testing.assert_close(saved(halves), saved(config), rtol=0, atol=0)


def saved(config: Config) -> dict[str, torch.Tensor]:
    """The model in the newest checkpoint."""
    last = train.checkpoints(Path(config.output_dir, "checkpoints"))[-1]
    dcp_to_torch_save(last, last / "whole.pt")
    model: dict[str, torch.Tensor] = torch.load(last / "whole.pt", weights_only=True)["model"]
    return model
    # {% else %}
    torch.testing.assert_close(saved(halves), saved(config), rtol=0, atol=0)


def saved(config: Config) -> dict[str, torch.Tensor]:
    """The model in the newest checkpoint."""
    last = train.checkpoints(Path(config.output_dir, "checkpoints"))[-1]
    model: dict[str, torch.Tensor] = torch.load(last, weights_only=True)["model"]
    return model
    # {% endif %}


