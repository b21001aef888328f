"""Telling a duplicate row from a distinct one."""
