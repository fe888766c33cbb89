# {% if model.is_scratch %}
def load_tokenizer(config: Config, texts: {{ data.corpus_sequence }}[{{ data.document_type }}], saved: Path) -> Tokenizer:
    """Byte-level BPE of the training texts; a resumed run uses the one it saved."""
    if not saved.exists():
        learn_tokenizer(config, texts, saved)
    tokenizer = Tokenizer.from_file(str(saved))
    # {% if not data.reads_special_tokens %}
    # An end token that stands in a text as letters is text.
    tokenizer.encode_special_tokens = True
    # {% endif %}
    return tokenizer


def learn_tokenizer(config: Config, texts: {{ data.corpus_sequence }}[{{ data.document_type }}], saved: Path) -> None:
    """Learns from the texts and writes `saved`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=config.vocab_size,
        special_tokens=[END],  # gets the id END_ID
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((part for text in texts for part in split_lines(text)), trainer)
    saved.parent.mkdir(parents=True, exist_ok=True)
    unfinished = saved.with_suffix(".tmp")
    tokenizer.save(str(unfinished))
    unfinished.replace(saved)  # whole or not there, so that a killed run can be resumed


# {% else %}
def load_tokenizer(config: Config, saved: Path | None = None) -> Tokenizer:
    """The tokenizer that the model was pretrained with; `saved`: the copy in the folder of a trained model."""
    # {% if model.is_hub %}
    path = saved / "tokenizer.json" if saved else hf_hub_download(
        config.base,
        "tokenizer.json",
        # {% if model.has_revision %}
        revision=config.revision,
        # {% endif %}
    )
    tokenizer = Tokenizer.from_file(str(path))
    # {% else %}
    folder = saved or base_folder(config)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    # {% endif %}
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # {% if not data.reads_special_tokens %}
    # An end token that stands in a text as letters is text.
    tokenizer.encode_special_tokens = True
    # {% endif %}
    return tokenizer


# {% endif %}
