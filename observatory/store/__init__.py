"""Built tables at rest: files held to their contracts, and the manifest of what they are."""
