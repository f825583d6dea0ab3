"""How right each stage of a review is, on the lab's invented literature, of which the truth is known."""
