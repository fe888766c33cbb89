# {% if model.is_scratch %}
def load_tokenizer(config: Config, texts: {{ data.corpus_sequence }}[{{ task.corpus_type }}], saved: Path) -> Tokenizer:
    """The tokenizer trained on the training texts; a resumed run uses the one it saved."""
    if saved.exists():
        return prepare(Tokenizer.from_file(str(saved)), config)
    # {% if task.corpus_type == "tuple[str, str]" and not data.on_disk %}
    flat = [text for pair in texts for text in pair]
    # {% endif %}
    # {% if model.tokenizer == "wordpiece" %}
    normalizer = normalizers.BertNormalizer(lowercase={{ model.lower_case | py }})
    splitter = pre_tokenizers.BertPreTokenizer()
    # The trainer numbers the characters inside words in the order of a hash, which differs from run
    # to run; named beforehand, they keep their places.
    # {% if data.on_disk %}
    characters = {
        character
        for text in {{ task.flat_texts }}
        for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))
        for character in word[1:]
    }
    inner = sorted("##" + character for character in characters)
    # {% else %}
    words = [
        word
        for text in {{ task.flat_texts }}
        for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))
    ]
    inner = sorted({"##" + character for word in words for character in word[1:]})
    # {% endif %}
    learner = Tokenizer(models.WordPiece(unk_token={{ model.unknown_token | py }}))
    learner.normalizer, learner.pre_tokenizer = normalizer, splitter
    learner.train_from_iterator(
        {{ task.flat_texts }},
        trainers.WordPieceTrainer(vocab_size=config.vocab_size, special_tokens=SPECIAL + inner),
    )
    tokenizer = Tokenizer(models.WordPiece(learner.get_vocab(), unk_token={{ model.unknown_token | py }}))
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.decoder = decoders.WordPiece()
    # {% elif model.tokenizer == "bpe" %}
    tokenizer = Tokenizer(models.BPE())
    # {% if model.lower_case %}
    tokenizer.normalizer = normalizers.Lowercase()
    # {% endif %}
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=config.vocab_size,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator({{ task.flat_texts }}, trainer)
    # {% else %}
    tokenizer = Tokenizer(models.Unigram())
    # {% if model.lower_case %}
    tokenizer.normalizer = normalizers.Lowercase()
    # {% endif %}
    # {% if task.writes_texts %}
    # No space is put before a text, so none is taken from what the model writes.
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="never")
    # {% else %}
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    # {% endif %}
    trainer = trainers.UnigramTrainer(
        vocab_size=config.vocab_size, special_tokens=SPECIAL, unk_token={{ model.unknown_token | py }}
    )
    tokenizer.train_from_iterator({{ task.flat_texts }}, trainer)
    # Rare single characters get filler scores in the order of a hash, which differs from run to
    # run: they get the lowest learned score instead, and equal scores are sorted by name.
    pieces = json.loads(tokenizer.to_str())["model"]["vocab"][len(SPECIAL) :]
    floor = min((round(score, 6) for piece, score in pieces if len(piece) > 1), default=0.0)
    ranked = sorted((-max(round(score, 6), floor), piece) for piece, score in pieces)
    scores = [(name, 0.0) for name in SPECIAL] + [(piece, -cost) for cost, piece in ranked]
    tokenizer.model = models.Unigram(scores, unk_id=SPECIAL.index({{ model.unknown_token | py }}))
    # {% endif %}
    tokenizer.post_processor = processors.TemplateProcessing(
        single={{ model.around.single | py }},
        pair={{ model.around.pair | py }},
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in {{ model.around_tokens | py }}],
    )
    saved.parent.mkdir(parents=True, exist_ok=True)
    unfinished = saved.with_suffix(".tmp")
    tokenizer.save(str(unfinished))
    unfinished.replace(saved)  # whole or not there, so that a killed run can be resumed
    return prepare(tokenizer, config)


# {% elif model.tokenizer_file %}
def load_tokenizer(config: Config, saved: Path | None = None) -> Tokenizer:
    """The tokenizer that the encoder was pretrained with; `saved`: the copy in the folder of a trained model."""
    # {% if model.is_hub %}
    # {% if model.may_lack_tokenizer_file %}
    try:
        path = saved / "tokenizer.json" if saved else hf_hub_download({{ model.tokenizer_file_arguments }})
    except EntryNotFoundError:
        # The library makes one of the files that are there, such as vocab.txt.
        return prepare(AutoTokenizer.from_pretrained({{ model.tokenizer_arguments }}).backend_tokenizer, config)
    # {% else %}
    path = saved / "tokenizer.json" if saved else hf_hub_download(
        config.base,
        "tokenizer.json",
        # {% if model.has_revision %}
        revision=config.revision,
        # {% endif %}
    )
    # {% endif %}
    return prepare(Tokenizer.from_file(str(path)), config)
    # {% else %}
    folder = saved or base_folder(config)
    return prepare(Tokenizer.from_file(str(folder / "tokenizer.json")), config)
    # {% endif %}


# {% else %}
def load_tokenizer(config: Config, saved: Path | None = None) -> PreTrainedTokenizerBase:
    """The tokenizer that the encoder was pretrained with; `saved`: the copy in the folder of a trained model."""
    return AutoTokenizer.from_pretrained(
        saved or {{ model.base_expression }},
        # {% for line in model.tokenizer_lines %}
        {{ line }},
        # {% endfor %}
        # {% if model.has_revision %}
        revision=config.revision,
        # {% endif %}
        truncation_side={{ data.truncation_side | py }},
        # {% if not data.reads_special_tokens %}
        split_special_tokens=True,  # the name of a special token is text, where it stands in one
        # {% endif %}
    )


# {% endif %}
# {% if model.tokenizer_file %}
def prepare(tokenizer: Tokenizer, config: Config) -> Tokenizer:
    # {% if data.truncates %}
    """Truncates at `max_length`; padding is left to the batch, whatever the file says."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(
        config.max_length,
        # {% if data.cuts_start %}
        direction="left",
        # {% endif %}
    )
    # {% else %}
    """Leaves windows of `max_length` and padding to those who make windows and batches."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # {% endif %}
    # {% if task.adds_end %}
    # The file says nothing of the end of a text, with which the model was pretrained.
    tokenizer.post_processor = processors.TemplateProcessing(
        single={{ ("$A " + task.adds_end) | py }}, special_tokens=[({{ task.adds_end | py }}, {{ task.adds_end_id }})]
    )
    # {% endif %}
    # {% if not data.reads_special_tokens %}
    tokenizer.encode_special_tokens = True  # the name of a special token is text, where it stands in one
    # {% endif %}
    # {% if task.adds_space %}
    # In running text a space stands before a word, and belongs to its first token.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    # {% endif %}
    return tokenizer


# {% endif %}
