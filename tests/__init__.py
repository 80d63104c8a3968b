"""The tests mirror the package; `spec` holds tables a pharmacist can read, `architecture` the law."""
