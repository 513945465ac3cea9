"""What the dashboard reports of itself: settings in force, versions, the support report."""
