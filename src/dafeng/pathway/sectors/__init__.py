"""Demand sectors beside the power system: services, options, the base year, and what all of it counts for."""
