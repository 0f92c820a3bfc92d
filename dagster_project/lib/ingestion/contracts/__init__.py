"""What a contract says, and its columns as SQL. Knows of no file and of no layout of files."""
