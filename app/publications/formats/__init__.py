"""One publication in the formats that readers ask for; each module turns a `PublicDocument` into one of them."""
