"""The version of the extractor, a digest of what decides how an article is read; nothing is loaded here."""

from __future__ import annotations

import hashlib
from pathlib import Path

from extract.profiles import MODELS_FOLDER, model_folder
from extract.reference import REFERENCE_FOLDER, REGIONS_FILE

PACKAGE_FOLDER = Path(__file__).parent


def extractor_version(model: str | Path | None = None) -> str:
    """Return a version that changes whenever another reading of the same article is to be expected.

    It covers the code of this package, its rules, the reference tables and the model's description: what was read by
    an older version is then read again. How articles come in is left out: it changes articles, not how they are read.
    """
    digest = hashlib.sha256()
    code = (
        path
        for path in PACKAGE_FOLDER.rglob("*")
        if path.suffix in {".py", ".json"}
        and MODELS_FOLDER not in path.parents
        and not {"training", "sources"} & set(path.relative_to(PACKAGE_FOLDER).parts)
    )
    description = model_folder(model) / "meta.json"
    for path in sorted([*code, *REFERENCE_FOLDER.glob("*.csv"), REGIONS_FILE, description]):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
