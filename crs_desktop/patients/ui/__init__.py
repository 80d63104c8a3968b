"""The pages and forms of patients."""
