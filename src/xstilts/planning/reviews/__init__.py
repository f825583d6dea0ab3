"""A review → the chain of its nodes."""

from xstilts.planning.reviews.nodes import ReviewPlan, plan_review
from xstilts.planning.reviews.places import Held, places_of

__all__ = ["Held", "ReviewPlan", "places_of", "plan_review"]
