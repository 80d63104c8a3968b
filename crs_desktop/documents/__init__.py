"""Paper: content, one builder per sheet, layout, filing, preview and printing."""
