"""What stands around one dose: medicines, observation, times, rules, each with how sure it is."""
