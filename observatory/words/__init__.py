"""Texts by language, numbers and dates, remarks in words: each text stands once.

Knows tables, the model's assumptions and errors; whatever shows something to a person asks here.
"""
