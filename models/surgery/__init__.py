"""Operating on a network: recipes, their mathematics, and how well their dials tell classes apart."""
