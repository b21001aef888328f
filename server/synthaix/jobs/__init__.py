"""Durable jobs: store, scheduler, acceptor, recovery."""
