"""What a barcode on a pack says: read by a library, checked by our own rules, told to a person, never guessed."""
