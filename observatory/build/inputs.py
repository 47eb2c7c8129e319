"""The project's own files that shape a build, and whether they changed since."""

from __future__ import annotations

import hashlib

from observatory.settings import Settings
from observatory.tables.manifest import Manifest, hash_file


def hash_inputs(settings: Settings) -> dict[str, str]:
    """Give the SHA-256 of the assumptions, of the registry and of the corrections together."""
    combined = hashlib.sha256()
    for path in sorted(settings.corrections.iterdir()):
        combined.update(path.name.encode() + path.read_bytes())
    return {
        "assumptions": hash_file(settings.assumptions),
        "registry": hash_file(settings.registry),
        "corrections": combined.hexdigest(),
    }


def changed_inputs(manifest: Manifest, settings: Settings) -> list[str]:
    """Say which of these files are no longer those the build was made with, one sentence each.

    The need and the hours of its tables are then those of the former files: the tables have to
    be built again for the new ones to act.
    """
    now = hash_inputs(settings)
    return [
        f"{name}: changed since the build; build the tables again for it to act on need and hours"
        for name, before in sorted(manifest.inputs.items())
        if name in now and now[name] != before
    ]
