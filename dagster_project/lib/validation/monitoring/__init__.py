"""Monitoring: how tonight's feeds and tables compare with those of earlier nights, and what of it nobody expects.

Belongs here: profiles of columns, arrivals of feeds, anomalies and their acknowledgement. Does not belong here: what
must hold on any night, which expectations say; the method, which is `models_ml.monitoring`; telling people.
"""
