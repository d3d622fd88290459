"""Augmentation: repeatable, in range, glyphs kept apart, as gentle as it says."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from reader.train.augment import Augmentation, augment

NONE = Augmentation(0, 0, (1.0, 1.0), 0, 0, 0, 0, 0, 0, 0)


def glyphs(count):
    images = np.zeros((count, 28, 28), np.uint8)
    for i, image in enumerate(images):
        cv2.putText(image, str(i % 10), (7, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 255, 2, cv2.LINE_AA)
    return images


def test_the_same_seed_gives_the_same_and_leaves_its_input_alone():
    images = glyphs(50)
    before = images.copy()
    first, second = (augment(images, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, augment(images, np.random.default_rng(4)))
    assert np.array_equal(images, before)


@pytest.mark.parametrize("count", [0, 1, 50, 1500])
def test_shape_type_and_range(count):
    out = augment(glyphs(count), np.random.default_rng(0))
    assert out.shape == (count, 28, 28, 1)
    assert out.dtype == np.float32
    assert count == 0 or (out.min() >= 0 and 0.5 < out.max() <= 1)


def test_no_ink_reaches_a_neighbour():
    images = glyphs(60)
    images[::2] = 0
    images[1::2] = 255
    out = augment(images, np.random.default_rng(0), Augmentation(noise=0))
    assert out[::2].max() == 0
    assert (out[1::2] > 0).mean() > 0.7


def test_each_glyph_stays_much_the_same():
    images = glyphs(300)
    out = augment(images, np.random.default_rng(0))[..., 0]
    ink = out.sum(axis=(1, 2)) / (images.sum(axis=(1, 2)) / 255)
    assert np.percentile(ink, 1) > 0.25
    assert np.percentile(ink, 99) < 2.2
    rows = np.arange(28)
    heights = (out.sum(axis=2) * rows).sum(axis=1) / out.sum(axis=(1, 2))
    before = (images.sum(axis=2) * rows).sum(axis=1) / images.sum(axis=(1, 2))
    assert np.abs(heights - before).max() < 5


def test_without_geometry_only_the_tone_changes():
    images = glyphs(40)
    out = augment(images, np.random.default_rng(0), NONE)[..., 0]
    assert out[images == 0].max() == 0
    for changed, image in zip(out, images, strict=True):
        assert np.corrcoef(changed.ravel(), image.ravel())[0, 1] > 0.97


def test_a_known_turn_goes_the_whole_way():
    bar = np.zeros((200, 28, 28), np.uint8)
    bar[:, 4:24, 13:15] = 255
    out = augment(bar, np.random.default_rng(0), replace(NONE, rotation=20))[..., 0]
    ys, xs = np.mgrid[:28, :28] - 13.5
    mass = out.sum(axis=(1, 2))
    slope = np.arctan2((out * xs * ys).sum(axis=(1, 2)) / mass, (out * ys * ys).sum(axis=(1, 2)) / mass)
    degrees = np.rad2deg(slope)
    assert 17 < np.abs(degrees).max() < 22
    assert abs(degrees.mean()) < 3
