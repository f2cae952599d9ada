"""What stands at the left of each track."""
