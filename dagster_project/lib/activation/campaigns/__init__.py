"""What offers.yml and campaigns.yml say, read and written where the models see it.

Who may have an offer and who is due what is said by the models in `dbt/models/activation`.
"""
