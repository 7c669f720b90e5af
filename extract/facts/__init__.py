"""What the text reports: statements, casualties, incidents, and how they belong together."""
