"""Stripe's API, its hosted Checkout pages and its webhooks."""
