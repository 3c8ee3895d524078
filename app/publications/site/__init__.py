"""What people and search engines open: the page of a publication, the list, Atom, the sitemap; and all of it as files."""
