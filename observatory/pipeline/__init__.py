"""Corrections, quality, assembly and the ordered build."""
