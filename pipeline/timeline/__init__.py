"""The timeline: merged rows, milestones, trigger candidates and signals, from a snapshot alone."""
