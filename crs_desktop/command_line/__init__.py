"""The same use cases from a terminal: each verb is a thin call of a service and has no rule of its own."""
