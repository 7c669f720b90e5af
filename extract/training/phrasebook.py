def conflict_sentences(n,*,rng): return []
