"""What is due to customers, sent by SMTP: at most once each, and to nobody who said no since.

Who is due what is said by the models, what it reads like by `content`; here it is looked at once more and carried. What
landing says since the night is read by `lib/newest_facts.py`, since stages do not read each other's files.
"""
