"""What is shown, as tables on the page and as CSV."""
