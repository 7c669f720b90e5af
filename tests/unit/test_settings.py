"""Every path and setting is resolved once, from an option, the environment or a default."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from orchestration.errors import SettingsError
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


def test_option_wins_over_environment(tmp_path: Path) -> None:
    environment = {"CONFLICT_LEDGER_HOME": str(tmp_path / "other")}
    assert Settings.resolve(tmp_path / "home", environment=environment).home == tmp_path / "home"
    assert Settings.resolve(environment=environment).home == tmp_path / "other"


def test_default_home_is_data_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.resolve(environment={}).home == tmp_path / "data"


def test_values_are_read_from_the_environment(tmp_path: Path) -> None:
    settings = Settings.resolve(
        tmp_path,
        environment={
            "CONFLICT_LEDGER_MAX_DOCUMENT_BYTES": "1000",
            "CONFLICT_LEDGER_FIRST_PARTITION": "1985-05-01",
        },
    )
    assert settings.max_document_bytes == 1000
    assert settings.first_partition == date(1985, 5, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_DOCUMENT_BYTES", "5 MB"),
        ("RETENTION_DAYS", "0"),
        ("FIRST_PARTITION", "soon"),
        ("MEMORY_LIMIT", "3"),
        ("MEMORY_LIMIT", "all"),
        ("SLICE_KEYS", "0"),
    ],
)
def test_a_wrong_value_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"CONFLICT_LEDGER_{name}"):
        Settings.resolve(tmp_path, environment={f"CONFLICT_LEDGER_{name}": value})


@pytest.mark.parametrize(
    ("text", "expected"), [("800MB", "762.9 MiB"), ("2.5GB", "2.3 GiB"), ("3 GiB", "3.0 GiB")]
)
def test_duckdb_takes_no_more_memory_than_it_may(tmp_path: Path, text: str, expected: str) -> None:
    settings = Settings.resolve(tmp_path, environment={"CONFLICT_LEDGER_MEMORY_LIMIT": text})
    settings.create_folders()
    with Warehouse(settings).writer() as connection:
        [(limit,)] = connection.execute("select current_setting('memory_limit')").fetchall()
    assert limit == expected


def test_two_homes_share_no_path(tmp_path: Path) -> None:
    one, other = (Settings.resolve(tmp_path / name, environment={}) for name in ("one", "other"))
    names = ("inbox", "warehouse_file", "lock_file", "published_file", "dagster_home")
    assert not {getattr(one, name) for name in names} & {getattr(other, name) for name in names}


def test_dagster_configuration_is_written_once_and_sends_nothing(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path / "home", environment={})
    settings.create_folders()
    file = settings.dagster_home / "dagster.yaml"
    configuration = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert configuration["telemetry"] == {"enabled": False}
    assert configuration["concurrency"]["runs"] == {"max_concurrent_runs": 1}
    file.write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    settings.create_folders()
    assert file.read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"
