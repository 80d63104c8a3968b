"""The tab of loans: vials of ours that others have, and vials of others that we have."""
