"""The people who may touch the store: who they are, what each role may do, how they came and went."""
