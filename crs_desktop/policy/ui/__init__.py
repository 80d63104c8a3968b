"""The page of policy and its form."""
