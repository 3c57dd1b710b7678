"""Hostile pages and a fuzzer, run by hand: `python -m fuzz.hostile_pages`, `python -m fuzz.fuzzer` (see README.md)."""
