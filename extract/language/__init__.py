"""Annotations of one article: sentences, quotations, quantities, times, places and actors.

Everything here tells what the words are; what they report belongs in `facts/`.
"""
