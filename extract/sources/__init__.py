"""Readers of sources: each yields an `Article`, or a `Rejection` that says what was wrong and what to do."""
