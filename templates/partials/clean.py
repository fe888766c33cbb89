def clean(text: str) -> str:
    """What is done to every text, in training and in predict.py alike."""
    # {% if clean.strip_html %}
    text = re.sub({{ clean.entity }}, lambda found: html.unescape(found[0]), TAG.sub(" ", text))
    # {% endif %}
    # {% if clean.unicode %}
    text = unicodedata.normalize({{ clean.unicode | py }}, text)
    # {% endif %}
    # {% if clean.lower_case %}
    text = text.lower()
    # {% endif %}
    # {% if clean.replace %}
    try:
        # {% for rule in clean.replace %}
        text = regex.sub({{ rule.pattern | py }}, {{ rule.by | py }}, text, timeout={{ data.pattern_limit_s }})
        # {% endfor %}
    except TimeoutError:
        raise SystemExit(f"a pattern takes more than {{ data.pattern_limit_s }} s on the text {text[:60]!r}") from None
    # {% endif %}
    # {% if clean.stop_words %}
    text = re.sub(r"\w+(?:'\w+)?", lambda m: "" if m[0].casefold() in STOP_WORDS else m[0], text)
    # {% endif %}
    # {% if clean.whitespace %}
    return " ".join(text.split())
    # {% else %}
    return text
    # {% endif %}


