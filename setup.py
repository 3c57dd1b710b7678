"""For scrapyd-deploy, which calls it to build an egg; everything is said in pyproject.toml."""

from setuptools import setup

setup()
