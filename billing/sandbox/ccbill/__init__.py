"""CCBill's forms, its RESTful API, DataLink and its webhooks."""
