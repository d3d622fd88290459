"""Training the model: synthesis, networks, fit, export. The only modules that know TensorFlow."""
