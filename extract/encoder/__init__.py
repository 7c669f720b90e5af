"""The encoder at run time: words to pieces, one pass through the network, its scores to annotations of a spaCy `Doc`.

Training it belongs in `extract/training/encoder`; interpreting what it found belongs in `extract/facts`.
"""
