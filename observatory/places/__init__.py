"""The directory of places: hours, cleaning, matching, the national standard, the search.

Knows the model, geography, tables and errors; nothing of screens, files or builds.
"""
