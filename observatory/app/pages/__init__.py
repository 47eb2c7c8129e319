"""One module a screen, each with one function ``show``.

Thin: figures come from ``app.cache``, texts from ``words``. With ``cache`` and ``main``, the only
modules that import Streamlit.
"""
