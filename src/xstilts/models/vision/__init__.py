"""Models that see: image encoders that make grids of pictures, and text encoders that read such grids beside a text."""
