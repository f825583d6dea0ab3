"""One verdict field each; never one number for all."""
