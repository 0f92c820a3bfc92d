"""What a night's recommender is learned from, measured by and judged against.

The lists of its customers are written in serving.
"""
