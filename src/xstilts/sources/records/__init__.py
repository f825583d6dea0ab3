"""From records to examples: the options, what each kind asks of a record, and what every example must satisfy."""
