"""Measurements that take too long for a test: what the product costs at scale."""
