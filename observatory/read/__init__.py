"""Official files in: the registry, the download, one reader for each source.

Knows places, geography, tables and errors; nothing of the model's figures or of screens.
"""
