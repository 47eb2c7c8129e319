"""One module a screen, each with one function ``show``; thin, all figures come from queries."""
