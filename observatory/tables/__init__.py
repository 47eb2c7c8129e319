"""Columns and tables defined once, their check, and tables at rest in a build.

Knows errors and settings only.
"""
