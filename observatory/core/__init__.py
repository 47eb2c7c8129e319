"""Pure measures: frames in, frames out; no file, network, clock or display."""
