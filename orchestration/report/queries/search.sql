-- Everything that can be found, with the words it is found by.
create temp table search_documents as
with documents as (
    select
        'i' as letter,
        'incidents' as kind,
        incident_id as page_id,
        concat_ws(', ', type_name, coalesce(location_name, 'place unknown')) as title,
        concat_ws(
            ' · ',
            strftime(date_start, '%-d %B %Y'),
            country,
            case
                when killed_best is null then null
                when killed_low = killed_high then format('{:,} killed', killed_best)
                else format('{:,}–{:,} killed', killed_low, killed_high)
            end
        ) as detail,
        concat_ws(' ', country, perpetrator_name, target_name) as text
    from shown_incidents
    union all
    select
        'a', 'articles', article_id, title,
        concat_ws(' · ', publisher, strftime(published_at, '%-d %B %Y')),
        concat_ws(' ', publisher, body)
    from shown_articles
    union all
    select
        'p', 'actors', page_id, name, concat_ws(' · ', replace(actor_kind, '_', ' '), country),
        array_to_string(aliases, ' ')
    from "actors.page"
    union all
    select
        'l', 'places', page_id, name, concat_ws(' · ', replace(feature, '_', ' '), admin1, country),
        array_to_string(aliases, ' ')
    from "places.page"
)

select letter || left(md5(page_id), 10) as key, * exclude (letter)
from documents
