"""One model at a time: predict, evaluate, export, submit."""
