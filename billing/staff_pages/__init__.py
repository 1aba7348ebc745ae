"""Pages of staff: everybody's payments, disputes and webhooks."""
