"""The plan as pure functions: sets, the integer program, the levels in their order, the one answer, its fixes."""
