def evaluate(model: {{ model.class_name }}, loader: Loader, config: Config) -> dict[str, float]:
    """The metrics of one split that are single numbers."""
    # {% if evaluation.has_per_class %}
    outcome = {{ task.predict_call }}
    return {name: value for name, value in score(outcome).items() if not isinstance(value, dict)}
    # {% else %}
    return score({{ task.predict_call }})
    # {% endif %}


# {% if evaluation.resamples %}
def intervals(outcome: Outcome, config: Config) -> dict[str, tuple[float, float]]:
    """95 % percentile bootstrap interval of each metric (Efron 1979): resampled {{ evaluation.resampled }}."""
    rng = np.random.default_rng(config.seed)
    num_samples = len(outcome.losses)
    draws = [
        score(outcome, rng.integers(num_samples, size=num_samples)) for _ in range(config.num_resamples)
    ]
    # {% if evaluation.has_per_class %}
    names = [name for name, value in draws[0].items() if not isinstance(value, dict)]
    # {% endif %}
    return {
        name: tuple(np.nanpercentile([d[name] for d in draws], (2.5, 97.5)))
        for name in {{ "names" if evaluation.has_per_class else "draws[0]" }}
    }


# {% endif %}
