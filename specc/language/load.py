"""`Source` → `Spec`: the shape first, then what its keys say together."""

from __future__ import annotations

from pydantic import ValidationError

from specc.diagnostics.diagnostic import Diagnostic, SpecError
from specc.language.checks import check_spec
from specc.language.checks_text import secrets, secrets_in_comments
from specc.language.errors import shape_diagnostics
from specc.language.spec import Spec
from specc.yaml.source import Source


def load_spec(source: Source) -> Spec:
    """Validate a spec.

    Raises:
        SpecError: with everything that is wrong, in the order of the file. Cross-field checks run
            only on a spec of the right shape, because they read it through the models.
    """
    found = [*secrets(source), *secrets_in_comments(source)]
    try:
        spec = Spec.model_validate(source.value)
    except ValidationError as error:
        found += shape_diagnostics(source, error)
    else:
        found += check_spec(source, spec)
    if found:
        raise SpecError(tuple(sorted(found, key=Diagnostic.sort_key)))
    return spec
