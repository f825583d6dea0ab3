"""Who wrote what: records of papers, works that they describe, their versions, and texts with offsets. No torch."""
