with

source as (

    select
        *,
        rowid as row_position
    from {{ source('staging', 'statement_mentions') }}

),

selected as (

    select
        article_id,
        article_version,
        statement_id,
        -- Versions that an older extractor read, and no newer one will, have no utterances.
        coalesce(utterance_id, statement_id) as utterance_id,
        sentence_index,
        source_text,
        source_start,
        source_end,
        source_form,
        speaker_actor_id,
        speaker_name,
        organisation_actor_id,
        speaker_role,
        speaker_rule,
        is_official,
        is_statement,
        cue_text,
        cue_start,
        cue_end,
        cue_lemma,
        content_text,
        content_start,
        content_end,
        quote_type,
        nested_in_statement_id,
        paraphrase_of,
        statement_date_start,
        statement_date_end,
        statement_date_precision,
        statement_date_rule,
        is_heading,
        confidence,
        carrier_text,
        about_article_incident_id,
        row_position

    from source

)

select * from selected
