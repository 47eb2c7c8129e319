"""Observatoire Plaine Connexion: who is left out of the digital world, what help exists, the gap.

``load()`` opens the compiled edition, or a build of one's own, as an :class:`Observatory`. The
command line, the app and the notebooks are clients of it. What is heavy is imported at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from observatory.model.assumptions import Assumptions
    from observatory.model.scenario import Scenario
    from observatory.observatory import Observatory, load

__version__ = "0.2.0"
__all__ = ["Assumptions", "Observatory", "Scenario", "__version__", "load"]

_ROOMS = {
    "Assumptions": "observatory.model.assumptions",
    "Observatory": "observatory.observatory",
    "Scenario": "observatory.model.scenario",
    "load": "observatory.observatory",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
