"""What the browser's kernel is sent."""
