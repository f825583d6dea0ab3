"""Encoders that lie in other packages in a form of their own, made into model directories."""
