# {% macro patches() %}
monkeypatch.setattr(train, "read_splits", lambda _: dict.fromkeys({{ data.split_names | py }}, examples))
monkeypatch.setattr(train, "load_tokenizer", tiny_tokenizer)
monkeypatch.setattr(train, "build_model", tiny_model)
monkeypatch.setattr(predict, "load_tokenizer", tiny_tokenizer)
# {% if training.compiles %}
# All of torch.compile but the making of kernels, which takes a minute or more.
monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="aot_eager"))
# {% endif %}
# {% endmacro %}
# {% macro settings() %}
output_dir=str(tmp_path / "outputs"),
batch_size=8,
# {% if training.accumulates %}
micro_batch=3,
# {% endif %}
# {% if training.by_epochs %}
epochs=2,
# {% else %}
steps=10,
# {% endif %}
# {% if not training.layer_rates %}
learning_rate=0.01,
# {% endif %}
# {% if training.early_stopping %}
patience=1000,
# {% endif %}
# {% if evaluation.resamples %}
num_resamples=20,
# {% endif %}
# {% if not hardware.is_cpu %}
device="cpu",
# {% endif %}
# {% endmacro %}
