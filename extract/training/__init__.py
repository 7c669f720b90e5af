"""Training of the language models that `extract` reads with: corpora in, `extract/models/` out.

Here belongs everything that is run once per release of the weights: conversion, training, assembly and evaluation
(`python -m extract.training --help`). Nothing here is imported when articles are read.
"""
