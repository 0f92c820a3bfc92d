"""What became of every file and row: ledger, quarantine, corrections, what is taken out again."""
