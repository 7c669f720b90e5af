{#-
    Incremental models are replaced article version by article version. A row stays only while the driving table still
    holds its article version with the same load time; everything else is deleted before the new rows are appended,
    so a re-read article that yields fewer rows, or none, leaves no ghosts. No high-water mark: a late or
    back-dated load is a different set of keys, not an older one. A model that is corrected keeps the fingerprint of the
    corrections it was built with, so that a correction, or its withdrawal, replaces the articles that it touches.
-#}
{% macro delete_replaced_articles(driver, loaded_at, is_corrected=false) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where (article_id, article_version, {{ loaded_at }}) not in (
            -- Extractions by older versions of the extractor stay on record: only the last one counts.
            select article_id, article_version, max({{ loaded_at }}) from {{ driver }}
            group by article_id, article_version
        )
        {%- if is_corrected %}
        or corrections_hash != coalesce(
            (
                select article_corrections.corrections_hash
                from {{ ref('int_article_corrections') }} as article_corrections
                where article_corrections.article_id = {{ this.identifier }}.article_id
            ),
            ''
        )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#-
    The condition that keeps the article versions that an incremental model does not hold yet. Rows with other
    corrections were deleted before, so the load time tells.
-#}
{% macro is_not_yet_built(loaded_at, alias) -%}
    {%- if is_incremental() -%}
        ({{ alias }}.article_id, {{ alias }}.article_version, {{ alias }}.{{ loaded_at }}) not in (
            select article_id, article_version, {{ loaded_at }} from {{ this }}
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#-
    dim_articles holds what other articles decide too (which version is current, whose copy it is), so a row stays only
    while all of that is unchanged. The bodies, by far the most of it, are not compared: a new body is a new version.
-#}
{% macro delete_changed_articles() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where not exists (
            select 1
            from {{ ref('int_articles') }} as articles
            inner join {{ ref('int_near_duplicates') }} as near_duplicates
                on articles.article_id = near_duplicates.article_id
            where
                articles.article_id = {{ this.identifier }}.article_id
                and articles.article_version = {{ this.identifier }}.article_version
                and articles.ingested_at = {{ this.identifier }}.ingested_at
                and articles.source_id = {{ this.identifier }}.source_id
                and articles.is_current = {{ this.identifier }}.is_current
                and articles.withdrawn_at is not distinct from {{ this.identifier }}.withdrawn_at
                and articles.document_kind
                is not distinct from {{ this.identifier }}.document_kind
                and articles.document_actor_id
                is not distinct from {{ this.identifier }}.document_actor_id
                and articles.document_rule
                is not distinct from {{ this.identifier }}.document_rule
                and articles.supersedes_version
                is not distinct from {{ this.identifier }}.supersedes_version
                and near_duplicates.near_duplicate_group_id
                = {{ this.identifier }}.near_duplicate_group_id
        )
    {%- endif -%}
{%- endmacro %}
