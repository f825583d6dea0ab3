"""A review → the chain of its nodes."""

from xstilts.planning.reviews.nodes import ReviewPlan, plan_review
from xstilts.planning.reviews.places import Held, places_of
from xstilts.planning.reviews.verdicts import stored_verdicts

__all__ = ["Held", "ReviewPlan", "places_of", "plan_review", "stored_verdicts"]
