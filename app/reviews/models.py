"""Tables of reviews: corrections, gate decisions and the dossier of an agreement."""
