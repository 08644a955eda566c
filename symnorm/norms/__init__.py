"""The norms: one file per norm or family, four facts each."""
