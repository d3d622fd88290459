"""Batches: many files, read by workers that may die, recorded so that nothing is lost or read twice."""
