"""One pure builder per sheet: gathered facts in, a page before ink out."""
