"""Tables at rest and the manifest of what was built from what."""
