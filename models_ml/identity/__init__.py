"""Who is who: the weights by which records are matched. What is compared, and who is one person by that, is SQL."""
