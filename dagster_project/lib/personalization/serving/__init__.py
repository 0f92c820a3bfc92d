"""The champion's lists: of all customers, of a micro-batch's, of segments; and those of an earlier version."""
