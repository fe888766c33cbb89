"""Finds the packages; all else stands in pyproject.toml."""

from setuptools import find_packages, setup

# The templates stand at the top of the repository and travel inside the package.
setup(packages=[*find_packages(include=["specc", "specc.*"]), "specc.templates"])
