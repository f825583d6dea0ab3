"""Pictures of a study's results, as SVG that follows the page's colours."""
