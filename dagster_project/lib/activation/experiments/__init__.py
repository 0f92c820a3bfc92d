"""What experiments/*.yml says, who takes part in which, and the record of who was assigned what.

The hash that decides is `models_ml.experiments`; what a variant looks like is said by templates, in `content`.
"""
