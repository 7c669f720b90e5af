{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_touched_answers() }}"
    )
}}

-- depends_on: {{ ref('int_article_statement_fingerprints') }}, {{ ref('int_incident_fingerprints') }}
-- depends_on: {{ ref('int_statement_groups') }}, {{ ref('int_statement_members') }}
with

{% if is_incremental() %}
    touched_groups as materialized (

        {{ touched_answer_groups() }}

    ),

    touched_acts as materialized (

        select *
        from {{ rows_of(ref('rpt_denials_and_accusations'), 'statement_group_id', 'touched_groups') }}

    ),

    near_statements as (

        -- What may answer them, or be answered by them.
        select statement_id
        from {{ ref('rpt_denials_and_accusations') }}
        where about_incident_id in (select touched_acts.about_incident_id from touched_acts)

        union

        select statement_id
        from {{ ref('rpt_denials_and_accusations') }}
        where article_id in (select touched_acts.article_id from touched_acts)

    ),
{% endif %}

acts as{{ read_first() }} (

    {% if is_incremental() %}
        select * from {{ rows_of(ref('rpt_denials_and_accusations'), 'statement_id', 'near_statements') }}
    {% else %}
        select * from {{ ref('rpt_denials_and_accusations') }}
    {% endif %}

),

articles as{{ read_first() }} (

    select * from {{ rows_of(ref('dim_articles'), 'article_id', 'acts') }}

),

accusations as (

    select * from acts
    where speech_act = 'ACCUSE'

),

denials as (

    select * from acts
    where speech_act in ('DENY', 'REFUTE_REPORT')

),

answers as (

    -- Nobody but the accused answers an accusation that names somebody.
    select
        accusations.statement_id as accusation_statement_id,
        accusations.act_index as accusation_act_index,
        denials.statement_id as denial_statement_id,
        denials.act_index as denial_act_index
    from accusations
    inner join denials on accusations.about_incident_id = denials.about_incident_id
    where
        accusations.speaker_party_id is distinct from denials.speaker_party_id
        and coalesce(denials.published_at >= accusations.published_at, true)
        and coalesce(accusations.target_party_id = denials.speaker_party_id, true)

    union

    select
        accusations.statement_id as accusation_statement_id,
        accusations.act_index as accusation_act_index,
        denials.statement_id as denial_statement_id,
        denials.act_index as denial_act_index
    from accusations
    inner join denials
        on
            accusations.article_id = denials.article_id
            and accusations.target_party_id = denials.speaker_party_id
    where
        accusations.speaker_party_id is distinct from denials.speaker_party_id
        and coalesce(denials.published_at >= accusations.published_at, true)

),

first_answers as (

    -- Repeated tellings of an accusation and of a denial are one answer.
    select answers.*
    from answers
    inner join accusations
        on
            answers.accusation_statement_id = accusations.statement_id
            and answers.accusation_act_index = accusations.act_index
    inner join denials
        on
            answers.denial_statement_id = denials.statement_id
            and answers.denial_act_index = denials.act_index
    {% if is_incremental() %}
        where
            accusations.statement_group_id in (
                select touched_groups.statement_group_id from touched_groups
            )
            or denials.statement_group_id in (
                select touched_groups.statement_group_id from touched_groups
            )
    {% endif %}
    qualify row_number() over (
        partition by
            accusations.statement_group_id,
            accusations.act_index,
            denials.statement_group_id,
            denials.act_index
        order by
            accusations.published_at,
            denials.published_at,
            accusations.statement_id,
            denials.statement_id
    ) = 1

)

select
    accusations.statement_id as accusation_statement_id,
    accusations.act_index as accusation_act_index,
    denials.statement_id as denial_statement_id,
    denials.act_index as denial_act_index,
    accusations.statement_group_id as accusation_statement_group_id,
    denials.statement_group_id as denial_statement_group_id,
    case
        when accusations.about_incident_id = denials.about_incident_id then 'same_incident'
        else 'same_article'
    end as link_rule,
    coalesce(denials.about_incident_id, accusations.about_incident_id) as incident_id,
    accusations.speaker_actor_id as accuser_actor_id,
    accusations.speaker_name as accuser_name,
    accusations.target_actor_id as accused_actor_id,
    accusations.target_name as accused_name,
    coalesce(accusations.act_text, accusations.content_text) as accusation_text,
    accusations.content_text as accusation_quotation,
    accusations.publisher as accusation_publisher,
    accusation_articles.title as accusation_title,
    accusation_articles.url as accusation_url,
    accusations.article_id as accusation_article_id,
    accusations.published_at as accused_at,
    denials.speaker_actor_id as denier_actor_id,
    denials.speaker_name as denier_name,
    denials.speech_act as denial_act,
    coalesce(denials.act_text, denials.content_text) as denial_text,
    denials.content_text as denial_quotation,
    denials.publisher as denial_publisher,
    denial_articles.title as denial_title,
    denial_articles.url as denial_url,
    denials.article_id as denial_article_id,
    denials.published_at as denied_at,
    denials.incident_type,
    denials.incident_date_start,
    denials.location_name
from first_answers
inner join accusations
    on
        first_answers.accusation_statement_id = accusations.statement_id
        and first_answers.accusation_act_index = accusations.act_index
inner join denials
    on
        first_answers.denial_statement_id = denials.statement_id
        and first_answers.denial_act_index = denials.act_index
inner join articles as accusation_articles
    on
        accusations.article_id = accusation_articles.article_id
        and accusations.article_version = accusation_articles.article_version
inner join articles as denial_articles
    on
        denials.article_id = denial_articles.article_id
        and denials.article_version = denial_articles.article_version
{{ oldest_first('accused_at, accusation_statement_id, accusation_act_index') }}
