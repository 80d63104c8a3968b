"""What happens to a course after its enrolment: begun again, moved to another version, a phase entered."""
