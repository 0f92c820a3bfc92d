"""What goes with a product: in its place, or into the same basket."""
