"""What is known of products, and the lists that follow from it alone."""
