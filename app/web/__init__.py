"""The web machinery: pages, forms, confirmation, failures, exports; nothing here knows an area."""
