"""What ``import xstilts`` offers: one module per subject, each imported when something of it is first used."""
