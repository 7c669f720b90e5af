select
    article_id as page_id,
    sentence_index as position,
    sentence_index,
    char_start,
    char_end,
    section,
    paragraph_index
from shown_sentences
