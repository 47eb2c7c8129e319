"""Observatoire Plaine Connexion: digital-exclusion need, the help that exists, and the gap."""

__version__ = "0.1.0"
