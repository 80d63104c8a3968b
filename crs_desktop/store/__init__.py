"""The one place that opens, writes, upgrades and reads the store; knows no capability."""
