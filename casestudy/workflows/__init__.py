"""What takes time: running notebooks and writing reports."""
