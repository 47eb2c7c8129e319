"""What the figures are: need, help, access, gap, and how sure they are.

Frames in, frames out: no file but its own tables, no network, no clock, no display.
"""
