"""The faces that synthesis writes with."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from reader.errors import MissingExtraError
from reader.train import fonts

pytest.importorskip("PIL", reason="Pillow is not installed")


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> list[fonts.Face]:
    found = fonts.find_fonts(tmp_path_factory.mktemp("no-fetched-fonts"))
    if not found:
        pytest.skip("no font of fonts.json is installed")
    return found


def test_every_face_writes_ten_different_digits(faces: list[fonts.Face]) -> None:
    for face in faces:
        drawn = {fonts.render_char(face, char, 40)[0].tobytes() for char in fonts.DIGITS}
        assert len(drawn) == 10, face.path
        assert face.kind in fonts.KINDS
        assert 0.2 < face.digit_height < 1.5, face.path


def test_a_drawn_digit_stands_on_the_baseline(faces: list[fonts.Face]) -> None:
    face = next((face for face in faces if face.family.startswith(("DejaVu Sans", "Liberation Sans"))), None)
    if face is None:
        pytest.skip("neither DejaVu Sans nor Liberation Sans is installed")
    alpha, (_, down), advance = fonts.render_char(face, "7", 100)
    assert alpha.dtype == np.float32
    assert alpha.max() == 1.0
    assert abs(down + alpha.shape[0]) <= 1
    assert alpha.shape[0] == pytest.approx(100 * face.digit_height, abs=4)
    assert advance > alpha.shape[1] * 0.8


def test_a_missing_glyph_is_not_offered(faces: list[fonts.Face]) -> None:
    segments = [face for face in faces if face.kind == "segment"]
    assert all(not face.has_letters and "O" not in face.glyphs for face in segments)
    assert any(face.has_letters for face in faces)


def test_a_damaged_font_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "caveat-latin-400-normal.ttf").write_bytes(b"not a font")
    assert all(face.family != "caveat" for face in fonts.find_fonts(tmp_path))


def test_families_stay_on_one_side_of_the_split() -> None:
    assert fonts.split_of("Old Standard TT") == fonts.split_of("old-standard-tt")
    content = fonts.font_list()
    names = [
        name for kinds in (content["families"], content["npm"]) for group in kinds.values() for name in group
    ]
    share = np.mean([fonts.split_of(name) == "val" for name in names])
    assert 0.04 < share < 0.2


def test_the_cache_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert fonts.default_cache() == tmp_path / "number-reader" / "fonts"


def test_fetching_without_npm_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"npm.*install"):
        fonts.fetch_fonts(tmp_path)


def test_nothing_is_fetched_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for names in fonts.font_list()["npm"].values():
        for name in names:
            (tmp_path / f"{name}-latin-400-normal.ttf").touch()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert fonts.fetch_fonts(tmp_path) == 0
