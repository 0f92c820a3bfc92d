"""What customers are shown and sent, and the way of published tables to other systems.

`campaigns` says who may be written to and when, `experiments` who is shown which variant, `content` what they are
shown: all before publication, so that what is sent is what was published. What carries published tables reads
`published/current` and nothing else of the warehouse.
"""
