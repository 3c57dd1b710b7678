"""Scrapy commands of the project: `scrapy <name>`."""
