"""A file that a command writes holds the whole answer, or stays as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.errors import InputError
from orchestration.files import whole_file


def write_and_fail(path: Path) -> None:
    with whole_file(path) as partial:
        partial.write_text("half")
        raise InputError("there is no such article")


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such article"):
        write_and_fail(tmp_path / "out.json")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("former")
    with pytest.raises(InputError):
        write_and_fail(path)
    assert path.read_text() == "former"
    assert list(tmp_path.iterdir()) == [path]


def test_an_answer_replaces_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("former")
    with whole_file(path) as partial:
        partial.write_text("whole")
    assert path.read_text() == "whole"


def test_a_device_is_written_to_directly() -> None:
    with whole_file(Path(os.devnull)) as path:
        assert path == Path(os.devnull)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"), whole_file(tmp_path / "nowhere" / "out.json"):
        pass
