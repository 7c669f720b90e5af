"""Training of the encoder with its heads: examples, network, training loop, export. Needs the extra `train`."""
