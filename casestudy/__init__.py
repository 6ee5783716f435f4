"""Published inventory case studies as parameterized notebooks, with an audit of every printed number."""

__version__ = "0.1.0"
