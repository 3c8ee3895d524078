"""Telling websites of what was published, changed or withdrawn: signed messages to the addresses that publishers registered."""
