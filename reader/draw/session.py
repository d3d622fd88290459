"""All that the pad does, without a window: draw, read, correct, open, save."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.draw.answer import Answer, answer_of, no_digit
from reader.draw.pad import Pad
from reader.io.atomic import atomic_text, save_image
from reader.io.corrections import Correction, add_corrections, remove_correction
from reader.io.export import LIKELY, JsonWriter
from reader.io.images import load_page
from reader.options import InkOptions, Layout, ReadOptions
from reader.overlay import draw_overlay
from reader.pipeline import read_page
from reader.recognize.recording import RecordingClassifier
from reader.types import Box, Classifier, Outcome, Page, PageReading

SIZE = (640, 360)
"""Width and height of a new pad in pixels."""
BRUSH = 14.0
"""Width of the brush in pixels."""
MARGIN = 100
"""Paper around a drawing that is read with it, in pixels at least, and never less of the pad than `SIZE`: to
the ink stage a bold digit that fills its image is a stain with a light middle."""
WORKING = 60_000
"""Pixels that the part that is read is shrunk to: a digit keeps more than its 28×28, and a reading takes a
sixth of the time."""
_INK = 127
"""Ink from which a pixel joins pieces."""
_WIDEST = 2.0
"""Width of the widest digit, in its heights."""
HOPELESS = 0.05
"""Probability of a blot that is read as a line, where hardly anything passes for no digit."""


class Session:
    """A pad, a model, and what was said of what was read.

    A drawing is one number, so it is read with the layout "line": what is written counts as written, and a
    shaky digit is doubtful rather than left out as a stain, which is what "page" would do. One piece of ink
    that is no wider than a digit is first read with the layout "digit", and as a line only where that is
    surer: alone on its board a wide 2 could pass for a 12. Where neither finds a digit, there is still the
    glyph to correct. Files are pages.

    Parameters
    ----------
    classifier : Classifier
    store : Path
        Folder of the corrections.
    size : (int, int)
        Width and height of the pad.
    threshold : float
        Below this confidence a digit is not sure.
    black : bool
        A black board with white chalk.
    layout : {"line", "page"}
        How drawings are read: as one number, or as a page of numbers.
    """

    def __init__(
        self,
        classifier: Classifier,
        store: Path,
        *,
        size: tuple[int, int] = SIZE,
        threshold: float = LIKELY,
        black: bool = False,
        layout: Layout = "line",
    ) -> None:
        self.pad = Pad(*size)
        self.store, self.threshold, self.black, self.layout = store, threshold, black, layout
        self._model = RecordingClassifier(classifier)
        self._file: Page | None = None
        self._reading: PageReading | None = None
        self._labels: dict[int, int] = {}
        self.answer = self.recognise()

    @property
    def file(self) -> Page | None:
        """The page of a file that is open; None while drawing."""
        return self._file

    @property
    def model(self) -> str:
        """Id of the model."""
        return self._model.id

    @property
    def page(self) -> Page:
        """What is read: the file's page, or the pad."""
        return self._file or self.pad.page(black=self.black)

    def recognise(self) -> Answer:
        """Read what is there; what was said of an earlier drawing is forgotten."""
        self.pad.lift()
        self._labels = {}
        page = self.page
        blank = self._file is None and self.pad.is_blank
        self._reading = _empty(page, self.model) if blank else self._read(page)
        self.answer = self._answered()
        return self.answer

    def correct(self, at: int, label: int) -> Answer:
        """Say what a digit is, and keep that in the store; the same digit may be corrected again.

        Parameters
        ----------
        at : int
            Index among ``answer.digits``.
        label : int
            0 to 9, or `NOT_A_DIGIT`.

        Raises
        ------
        OutputError, InputError
            The store cannot be used; nothing has changed.
        """
        add_corrections(self.store, [self._correction(at, label)])
        self._labels[at] = label
        self.answer = self._answered()
        return self.answer

    def take_back(self, at: int) -> Answer:
        """Take back what was said of a digit.

        Raises
        ------
        OutputError, InputError
            As `correct`.
        """
        if at in self._labels:
            remove_correction(self.store, self._correction(at, self._labels[at]))
            del self._labels[at]
            self.answer = self._answered()
        return self.answer

    def undo(self) -> Answer:
        """Take back the last stroke, and read again."""
        self._file = None
        self.pad.undo()
        return self.recognise()

    def clear(self) -> Answer:
        """Begin anew: nothing drawn, no file."""
        self._file = None
        self.pad.clear()
        return self.recognise()

    def draw_again(self) -> None:
        """Put an open file away; the drawing is as it was."""
        self._file = None

    def open(self, path: str) -> Answer:
        """Open the first page of a file and read it.

        Raises
        ------
        InputError
            It cannot be read; everything stays as it was.
        """
        self._file = load_page(path)
        return self.recognise()

    def save(self, path: str) -> Path:
        """Write the pad or page as a picture, and what was read beside it as JSON; gives the second's name.

        Raises
        ------
        OutputError
            They cannot be written.
        """
        beside = Path(path).with_suffix(".json")
        save_image(path, self.page.image)
        reading = replace(self.answer.reading, source=path)
        with atomic_text(str(beside)) as file:
            JsonWriter().write(Outcome(path, (reading,)), file)
        return beside

    def picture(self) -> NDArray[np.uint8]:
        """Give what is to be seen: the pad, or the open page with its numbers framed."""
        if self._file is None:
            return self.pad.image(black=self.black)
        return draw_overlay(self._file.image, self.answer.reading)

    def _read(self, page: Page) -> PageReading:
        self._model.forget()
        if self._file:
            return read_page(page, self._model)
        if self.layout == "page" or not is_one_piece(self.pad.ink):
            return self._read_as(self.layout, page)
        digit = self._read_as("digit", page)
        if _sureness(digit) >= self.threshold:
            return digit
        line = self._read_as("line", page)
        return line if _sureness(line) > max(_sureness(digit), HOPELESS) else digit

    def _read_as(self, layout: Layout, page: Page) -> PageReading:
        part, ink = _around(self.pad.box, page), InkOptions(max_pixels=WORKING)
        return read_page(page, self._model, ReadOptions(layout, region=part, ink=ink))

    def _answered(self) -> Answer:
        assert self._reading is not None
        if self._reading.numbers or self._file or self.pad.is_blank:
            return answer_of(self._reading, self._model, self.threshold, self._labels)
        return self._of_no_number(self._reading)

    def _of_no_number(self, reading: PageReading) -> Answer:
        """Show the network all ink at once, where no number was found in it."""
        again = self._read_as("digit", self.page)
        if again.numbers:
            self._reading = again
            return answer_of(again, self._model, self.threshold, self._labels)
        if not len(self._model.rows):  # not even ink, as a dot of one pixel
            return answer_of(reading, self._model, self.threshold)
        return no_digit(reading, self._model, self.pad.box, self._labels.get(0))

    def _correction(self, at: int, label: int) -> Correction:
        digit = self.answer.digits[at]
        return Correction(digit.glyph, label, digit.answer, digit.confidence, self.model, self.page.source)


def _empty(page: Page, model: str) -> PageReading:
    height, width = page.image.shape[:2]
    return PageReading(page.source, page.number, width, height, 0.0, (), model)


def is_one_piece(ink: NDArray[np.uint8]) -> bool:
    """Tell whether ink hangs together and has the proportions of one digit.

    Examples
    --------
    >>> ink = np.zeros((60, 90), np.uint8)
    >>> ink[10:50, 20:24] = 255
    >>> is_one_piece(ink)
    True
    >>> ink[10:50, 40:44] = 255
    >>> is_one_piece(ink)
    False
    """
    count, _, stats, _ = cv2.connectedComponentsWithStats((ink > _INK).astype(np.uint8))
    return count == 2 and bool(stats[1, cv2.CC_STAT_WIDTH] <= _WIDEST * stats[1, cv2.CC_STAT_HEIGHT])


def _sureness(reading: PageReading) -> float:
    """Give the confidence of the least sure digit; 0 where there is none."""
    read = [char.confidence for number in reading.numbers for char in number.chars if char.alternatives]
    return min(read, default=0.0)


def _around(box: Box, page: Page) -> Box:
    """Give the part of the pad that is read: the ink, and paper around it to tell it from."""
    (x, width), (y, height) = (
        _stretch(box[axis], box[axis + 2], page.image.shape[1 - axis], SIZE[axis]) for axis in (0, 1)
    )
    return x, y, width, height


def _stretch(start: int, length: int, end: int, least: int) -> tuple[int, int]:
    """Widen a stretch by the margin and to the least length, inside 0 to `end`; gives start and length.

    >>> _stretch(500, 40, 2000, 640)
    (200, 640)
    >>> _stretch(20, 40, 2000, 200)
    (0, 240)
    """
    wanted = min(end, max(least, length + 2 * MARGIN))
    first = max(0, min(start - (wanted - length) // 2, end - wanted))
    return first, wanted
