"""From glyphs to numbers: the classifier, candidate segmentations and their decoding."""
