"""PayPal's API, its pages for payers and its webhooks."""
