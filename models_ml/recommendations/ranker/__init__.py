"""The learned ranker: candidates of all models -> features -> rolling windows of the past -> trees -> ranks.

One step per file. The base models, and the additive blend that is its baseline and its fall-back, lie one folder up.
"""
