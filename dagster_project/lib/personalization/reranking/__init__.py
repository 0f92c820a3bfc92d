"""What recommendations.yml asks of lists, as arrays over tonight's customers and products."""
