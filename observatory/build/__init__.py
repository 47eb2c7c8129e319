"""The ordered steps from official files to a build, whole or not at all.

Knows read, places, the model, geography and tables; nothing of words, files or screens.
"""
