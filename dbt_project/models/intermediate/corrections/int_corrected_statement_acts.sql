{{ config(materialized='view') }}

with

acts as (

    select * from {{ ref('stg_statement_acts') }}

),

speech_acts as (

    select * from {{ ref('speech_acts') }}

),

corrections as (

    select * from {{ ref('int_object_corrections') }}
    where object_type = 'statement'

)

select
    acts.* replace (
        coalesce(speech_acts.speech_act, acts.speech_act) as speech_act,
        case
            when speech_acts.speech_act is null then acts.plover_event
            else speech_acts.plover_event
        end as plover_event,
        case
            when speech_acts.speech_act is null then acts.plover_mode
            else speech_acts.plover_mode
        end as plover_mode,
        case
            when speech_acts.speech_act is null then acts.cameo
            else speech_acts.cameo
        end as cameo
    )
from acts
left join corrections on acts.statement_id = corrections.object_id and acts.act_index = 0
left join speech_acts on corrections.edits['speech_act'] = speech_acts.speech_act
