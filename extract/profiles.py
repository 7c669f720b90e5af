"""Where the shipped language models lie, and which is meant by a setting; nothing is loaded here."""

from __future__ import annotations

from pathlib import Path

MODELS_FOLDER = Path(__file__).parent / "models"
PROFILES = {"accurate": MODELS_FOLDER / "accurate", "fast": MODELS_FOLDER / "fast"}
DEFAULT_PROFILE = "accurate"


def model_folder(model: str | Path | None) -> Path:
    """Return the folder of a model: a profile's name, or the path of a spaCy pipeline; None is the default profile."""
    if model is None:
        return PROFILES[DEFAULT_PROFILE]
    return PROFILES.get(str(model)) or Path(model).expanduser().resolve()
