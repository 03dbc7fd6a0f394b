"""Invoices, taxes and payments in exact money."""
