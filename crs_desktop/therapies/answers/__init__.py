"""The verbs `schedule` and `therapies`: typed words in, one document out."""
