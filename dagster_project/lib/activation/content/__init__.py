"""What a customer is shown: templates of the config folder, filled with what is known of one customer.

`library` finds templates, `sandbox` says what they may do, `variables` what they may name, `rendering` fills them, and
`linting` tells their author what is wrong before a night does. Who is sent what is the campaigns' to say.
"""
