"""Synthetic lines of type."""

from __future__ import annotations

import numpy as np
import pytest

from reader.errors import TrainingError
from reader.train import form_words, printed, wear, words
from reader.train.fonts import DIGITS, Face, find_fonts

pytest.importorskip("PIL", reason="Pillow is not installed")


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> list[Face]:
    found = find_fonts(tmp_path_factory.mktemp("no-fetched-fonts"))
    if not found:
        pytest.skip("no font of fonts.json is installed")
    return found


def test_the_same_seed_gives_the_same_line(faces: list[Face]) -> None:
    for seed in range(12):
        first = printed.printed_line(np.random.default_rng(seed), faces)
        again = printed.printed_line(np.random.default_rng(seed), faces)
        assert first.chars == again.chars
        assert np.array_equal(first.image, again.image)
        assert np.array_equal(first.owner, again.owner)


def test_owners_are_characters_in_reading_order_and_darker_than_paper(faces: list[Face]) -> None:
    rng = np.random.default_rng(7)
    characters = lost = darker = lines = ordered = pairs = 0
    for _ in range(60):
        line = printed.printed_line(rng, faces)
        assert line.image.dtype == np.uint8
        assert line.owner.dtype == np.int16
        assert line.owner.min() >= -1
        assert line.owner.max() <= len(line.chars)
        assert " " not in line.chars
        columns = [np.flatnonzero((line.owner == i + 1).any(axis=0)) for i in range(len(line.chars))]
        middles = [float(where.mean()) for where in columns if where.size]
        characters, lost = characters + len(line.chars), lost + len(line.chars) - len(middles)
        pairs, ordered = pairs + len(middles) - 1, ordered + int((np.diff(middles) > 0).sum())
        if (line.owner > 0).any():
            lines += 1
            darker += line.image[line.owner > 0].mean() < line.image[line.owner == 0].mean() - 5
    assert lost / characters < 0.03
    assert ordered / pairs > 0.97
    assert darker / lines > 0.95


def test_a_line_has_digits_and_letters(faces: list[Face]) -> None:
    rng = np.random.default_rng(3)
    written = "".join("".join(printed.printed_line(rng, faces).chars) for _ in range(80))
    share = sum(char in DIGITS for char in written) / len(written)
    assert 0.3 < share < 0.65
    assert set(DIGITS) <= set(written)


def test_families_are_drawn_evenly() -> None:
    from pathlib import Path

    faces = [Face(Path(f"{i}.ttf"), "large", "print", frozenset(DIGITS), 0.7) for i in range(30)]
    faces.append(Face(Path("x.ttf"), "small", "print", frozenset(DIGITS), 0.7))
    rng = np.random.default_rng(0)
    drawn = [printed.choose_face(rng, faces).family for _ in range(400)]
    assert 140 < drawn.count("small") < 260


def test_without_fonts_the_message_says_what_to_install() -> None:
    with pytest.raises(TrainingError, match="install"):
        printed.printed_line(np.random.default_rng(0), [])


def test_labels() -> None:
    assert [printed.label_of(char, "print") for char in DIGITS] == list(range(10))
    assert printed.label_of("k", "hand") == 10
    assert printed.label_of("S", "print") == 10
    assert printed.label_of("S", "hand") is None
    for kind in printed.AMBIGUOUS:
        assert all(printed.label_of(char, kind) is None for char in "OolI|")
        assert not printed.AMBIGUOUS[kind] & set(DIGITS)


def test_dots_keep_the_owner_of_the_stroke() -> None:
    alpha = np.zeros((90, 60), np.float32)
    owner = np.zeros((90, 60), np.int16)
    alpha[10:80, 10:20], owner[10:80, 10:20] = 1, 1
    alpha[10:80, 40:50], owner[10:80, 40:50] = 1, 2
    drawn, mine = wear.dots(alpha, owner, 70)
    middle = drawn.shape[1] // 2
    assert set(np.unique(mine[:, :middle])) == {0, 1}
    assert set(np.unique(mine[:, middle:])) == {0, 2}
    assert ((mine > 0) == (drawn > 0.5)).mean() > 0.99


@pytest.mark.parametrize("seed", range(12))
def test_fading_halves_a_character_and_spares_the_others(seed: int) -> None:
    owner = np.zeros((40, 130), np.int16)
    for k in range(4):
        owner[5:35, 10 + 30 * k : 30 + 30 * k] = k + 1
    alpha = (owner > 0).astype(np.float32)
    faded = wear.fade(np.random.default_rng(seed), alpha, owner, 30.0, share=1.0)
    kept = [float(faded[owner == k].mean()) for k in range(1, 5)]
    assert 0.15 < min(kept) < 0.97
    assert sum(part > 0.999 for part in kept) == 3
    assert alpha.max() == 1
    assert (faded <= alpha).all()


def test_print_that_is_struck_twice_is_wider_and_has_owners() -> None:
    owner = np.zeros((40, 60), np.int16)
    owner[5:35, 10:14], owner[5:35, 40:44] = 1, 2
    inked = (owner > 0).astype(np.float32)
    drawn, mine = wear.double(np.random.default_rng(0), inked, owner, 30.0, share=1.0)
    assert np.array_equal(mine > 0, drawn > 0)
    assert np.array_equal(mine[owner > 0], owner[owner > 0])
    assert (drawn > 0).sum() > (owner > 0).sum()


def test_a_line_of_text_keeps_its_length() -> None:
    rng = np.random.default_rng(1)
    assert all(0 < len(words.line(rng, 12)) <= 12 for _ in range(200))


def test_entries_are_dates_brackets_and_per_cents_within_their_length() -> None:
    rng = np.random.default_rng(5)
    lines = [form_words.entries(rng, 24) for _ in range(400)]
    assert all(0 < len(line) <= 24 for line in lines)
    tokens = [form_words.entry(rng) for _ in range(1000)]
    assert all(any(char in DIGITS for char in token) for token in tokens)
    assert 250 < sum(token.count("/") == 2 for token in tokens) < 450
    for sign in "%()$":
        assert sum(sign in token for token in tokens) > 30


def test_remarks_hold_initials_short_words_and_the_numbers_beside_them() -> None:
    rng = np.random.default_rng(6)
    assert all(0 < len(form_words.remarks(rng, 20)) <= 20 for _ in range(300))
    tokens = [form_words.remark(rng) for _ in range(1000)]
    assert 0.4 < np.mean([any(char in DIGITS for char in token) for token in tokens]) < 0.8
    assert sum(len(token) == 2 and token[0].isupper() and token[1] == "." for token in tokens) > 20
    for kind in ("¢", "$", "oz", "@", "J."):
        assert any(kind in token for token in tokens)


def test_stretched_type_is_wider_and_every_pixel_keeps_its_owner() -> None:
    owner = np.zeros((20, 40), np.int16)
    owner[4:16, 4:14], owner[4:16, 22:36] = 1, 2
    alpha = (owner > 0).astype(np.float32)
    for seed in range(10):
        wide, mine = wear.stretch(np.random.default_rng(seed), alpha, owner)
        assert wide.shape == mine.shape
        assert wide.shape[0] == 20
        assert 1.2 * 40 - 1 <= wide.shape[1] <= 2 * 40 + 1
        assert np.array_equal(mine > 0, wide > 0.5)
        for k in (1, 2):
            share = (mine == k).sum() / (owner == k).sum()
            assert abs(share - wide.shape[1] / 40) < 0.2


def test_close_type_is_narrower(faces: list[Face]) -> None:
    """Characters that touch are what it is for."""

    def width(close: float) -> float:
        rng = np.random.default_rng(3)
        press = printed.Press(entries=1.0, close=close, scans=1.0)
        plain = [face for face in faces if face.kind == "print"][:6] or list(faces)[:6]
        lines = [printed.printed_line_of(rng, plain[k % len(plain)], press) for k in range(40)]
        return float(np.mean([line.image.shape[1] / max(len(line.chars), 1) for line in lines]))

    assert width(1.0) < width(0.0)
