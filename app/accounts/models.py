"""Tables of accounts: who may sign in, for which units, and the sessions and keys they use."""
