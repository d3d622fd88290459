"""Pure image functions: arrays in, arrays out, the input never modified."""
