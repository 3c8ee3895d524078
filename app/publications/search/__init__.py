"""Finding publications and clauses: filters, values, words, pages."""
