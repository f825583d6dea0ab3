"""How ``predict`` makes and keeps answers: by a model, by a baseline, under noise."""
