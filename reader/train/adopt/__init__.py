"""Models that others trained with Keras, made into ones that `reader` uses."""
