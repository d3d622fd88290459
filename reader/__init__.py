"""Finds the numbers on photographed and scanned pages and reads them digit by digit."""
