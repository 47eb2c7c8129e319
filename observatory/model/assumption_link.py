"""What of the assumptions a link to the app says: the names and texts of its parameters."""

from __future__ import annotations

from observatory.model.assumptions import Assumptions

#: Parameter of a link -> the assumption that it changes.
OWN = {"norm": "gap.norm", "decay": "access.decay", "speed": "walk.speed_kmh"}
#: The parameter of the others: ``name:value`` pairs, separated by commas.
MORE = "set"


def link_params(used: Assumptions, usual: Assumptions) -> dict[str, str]:
    """Return the parameters of a link that shows the same figures; what is usual is left out.

    Parameters
    ----------
    used, usual
        The assumptions of the figures, and those of the file.
    """
    changed = {
        item.name: as_text(item.value)
        for item in used
        if as_text(item.value) != as_text(usual[item.name].value)
    }
    own = {name: changed.pop(known) for name, known in OWN.items() if known in changed}
    pairs = ",".join(f"{name}:{value}" for name, value in sorted(changed.items()))
    return {**own, MORE: pairs} if pairs else own


def as_text(value: float | str) -> str:
    """Return the value of an assumption as a link and a command write it."""
    if isinstance(value, str):
        return value
    return repr(value) if float(f"{value:g}") != value else f"{value:g}"
