"""Customers' propensities: purchase, churn and value."""
