def main(split: str, model_dir: Path, config: Config) -> dict[str, {{ evaluation.score_type }}]:
    """Scores a trained model on one split of the data."""
    # {% if hardware.is_auto %}
    device = pick_device(config.device)
    # {% elif not hardware.is_cpu %}
    device = torch.device(config.device)
    # {% endif %}
    # {% if task.rebases %}
    config = replace(config, base=str(model_dir.absolute()))
    # {% endif %}
    model = load_model(
        model_dir,
        # {% if model.own_head %}
        config,
        # {% endif %}
        # {% if not hardware.is_cpu %}
        device,
        # {% endif %}
    )
    # {% if model.is_scratch %}
    tokenizer = load_tokenizer(config, [], model_dir / "tokenizer.json")
    # {% else %}
    tokenizer = load_tokenizer(config, model_dir)
    # {% endif %}
    loader = Loader(
        read_splits(config)[split],
        tokenizer,
        config,
        # {% if not hardware.is_cpu %}
        device,
        # {% endif %}
    )
    # {% if task.has_thresholds %}
    return score(predict(model, loader, load_thresholds(model_dir)))
    # {% else %}
    return score(predict(model, loader))
    # {% endif %}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--split", default={{ data.final_split | py }}, choices={{ data.split_names | py }})
    parser.add_argument("--model-dir", type=Path, default=FOLDER / Config.output_dir / "model")
    args = parser.parse_args()
    print(json.dumps(main(args.split, args.model_dir, Config()), indent=2))
