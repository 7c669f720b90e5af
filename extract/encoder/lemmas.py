"""Lemma rules: how a lemma is made from a word, as a label that a classifier can learn.

A rule reads "C,N,S": C is "l" where the word is lower-cased first and "k" where its case is kept, N characters are cut
from its end, and S is added. An irregular form ("was") has a rule "=be": the lemma itself.
"""

from __future__ import annotations

MAX_CUT = 4


def lemma_rule(form: str, lemma: str) -> str:
    """Return the rule that makes `lemma` from `form`."""
    for case, base in (("l", form.lower()), ("k", form)):
        shared = 0
        while shared < min(len(base), len(lemma)) and base[shared] == lemma[shared]:
            shared += 1
        cut = len(base) - shared
        if shared and cut <= MAX_CUT:
            return f"{case},{cut},{lemma[shared:]}"
    return f"={lemma}"


def apply_rule(rule: str, form: str) -> str:
    """Return the lemma that `rule` makes of `form`; the form itself where the rule would cut it away."""
    if rule.startswith("="):
        return rule[1:]
    case, cut, suffix = rule.split(",", 2)
    base = form.lower() if case == "l" else form
    kept = len(base) - int(cut)
    return base[:kept] + suffix if kept > 0 else base
