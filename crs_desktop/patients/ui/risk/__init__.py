"""The window of risk: figures of the product, scores to be worked out, scores recorded."""
