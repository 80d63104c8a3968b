"""The door of a store: key slots and people joined, from the first start to the last recovery code."""
