"""A home that the real job has filled once, by the command that a user would type."""

from pathlib import Path

import pytest
from homes import ARTICLE_COUNT, REJECTED_COUNT, ledger_json, write_articles

from orchestration.settings import Settings


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a home that was filled by one load of the articles."""
    base = tmp_path_factory.mktemp("pipeline")
    news = write_articles(base / "news")
    settings = Settings.resolve(base / "home of one user", environment={})
    report = ledger_json("load", str(news), home=settings.home)
    assert report["articles_new"] == ARTICLE_COUNT
    assert report["documents_rejected"] == REJECTED_COUNT
    return settings


@pytest.fixture(scope="session")
def news(settings: Settings) -> Path:
    """Return the folder that the articles were loaded from."""
    return settings.home.parent / "news"
