"""The Qt toolkit of the house: window, pages, tables, forms, charts, words. It knows no capability."""
