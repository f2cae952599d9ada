"""What people see: layout and painting, bound to the view-models."""
