"""The comparisons that the README shows: what they measure, and how to run them, is in README.md of this folder."""
