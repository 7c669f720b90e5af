"""A marimo notebook on the published database: tolls with their range, voices side by side, who speaks of whom.

`marimo edit docs/notebook.py`; it opens the home named by CONFLICT_LEDGER_HOME, else `data/`.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    return Path, alt, duckdb, mo, os


@app.cell
def _(Path, duckdb, os):
    file = Path(os.environ.get("CONFLICT_LEDGER_HOME", "data")) / "published" / "conflict.duckdb"
    ledger = duckdb.connect(str(file), read_only=True)
    ledger.execute("set timezone = 'UTC'")
    incidents = ledger.sql("from incidents where is_counted").df()
    return incidents, ledger


@app.cell
def _(incidents, mo):
    country = mo.ui.dropdown(
        sorted(incidents["country"].dropna().unique()), label="Country", value=None
    )
    mo.vstack([mo.md("# What happened, how many, and who says so"), country])
    return (country,)


@app.cell
def _(country, incidents):
    chosen = incidents[incidents["country"] == country.value] if country.value else incidents
    fatal = chosen[chosen["killed_high"] > 0].dropna(subset=["date_start"])
    return chosen, fatal


@app.cell
def _(alt, fatal, mo):
    months = (
        fatal.assign(month=fatal["date_start"].dt.to_period("M").dt.to_timestamp())
        .groupby("month", as_index=False)[["killed_low", "killed_best", "killed_high"]]
        .sum()
    )
    base = alt.Chart(months).encode(x=alt.X("yearmonth(month):O", title=None))
    by_month = base.mark_rule(size=6, opacity=0.35).encode(
        y=alt.Y("killed_low:Q", title="killed (log)", scale=alt.Scale(type="symlog")),
        y2="killed_high:Q",
    ) + base.mark_point(filled=True, size=60).encode(
        y="killed_best:Q", tooltip=["killed_low", "killed_best", "killed_high"]
    )
    mo.vstack(
        [
            mo.md("## Killed by month\nThe bar reaches from low to high, the point is best."),
            by_month.properties(width=640, height=220),
        ]
    )
    return (by_month,)


@app.cell
def _(chosen, mo):
    disputed = chosen[chosen["is_disputed"]].sort_values("article_count", ascending=False)
    names = {
        f"{row.location_name}, {row.date_start:%Y-%m-%d} ({row.incident_type_name})": row.incident_id
        for row in disputed.dropna(subset=["date_start", "location_name"]).itertuples()
    }
    incident = mo.ui.dropdown(names, label="Disputed incident", value=next(iter(names), None))
    mo.vstack([mo.md("## Voices on one incident"), incident])
    return (incident,)


@app.cell
def _(alt, incident, ledger, mo):
    voices = ledger.execute(
        "select speaker_name, harm_type, voice_low, voice_figure, voice_high, claim_text, quotation,"
        " publisher, said_at from marts.rpt_toll_voices where incident_id = ? order by said_at",
        [incident.value],
    ).df()
    rows = alt.Chart(voices).encode(y=alt.Y("speaker_name:N", title=None, sort=None))
    figures = (
        rows.mark_rule(size=6, opacity=0.35).encode(
            x=alt.X("voice_low:Q", title="figure"), x2="voice_high:Q"
        )
        + rows.mark_point(filled=True, size=60).encode(
            x="voice_figure:Q", tooltip=["voice_figure", "claim_text", "publisher"]
        )
    ).facet(row=alt.Row("harm_type:N", title=None))
    sentences = voices[["speaker_name", "harm_type", "claim_text", "quotation", "publisher"]]
    mo.vstack([figures, mo.ui.table(sentences)])
    return figures, voices


@app.cell
def _(alt, ledger, mo):
    acts = ledger.sql(
        """
        select
            speaker_party_name as party,
            speech_act,
            count(distinct statement_group_id) as statements
        from statements
        where is_official and speaker_party_name is not null
        group by all
        """
    ).df()
    parties = acts.groupby("party")["statements"].sum().nlargest(12).index
    who_does_what = (
        alt.Chart(acts[acts["party"].isin(parties)])
        .mark_rect()
        .encode(
            x=alt.X("speech_act:N", title=None),
            y=alt.Y("party:N", title=None),
            color="statements:Q",
            tooltip=["party", "speech_act", "statements"],
        )
    )
    mo.vstack([mo.md("## What the most quoted parties do with words"), who_does_what])
    return (who_does_what,)


if __name__ == "__main__":
    app.run()
