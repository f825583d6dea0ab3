"""What a number may say: intervals, tests, corrections for many questions, and what a study can show at all."""
