"""The payment sandbox of local mode: it plays Stripe, PayPal and CCBill on loopback, with money
that is not real.

`make run` starts it while no key of a provider is set, tests run it in a thread. It keeps its state
in LOCAL_DIR. People choose among test cards and accounts: it has no field for a card number.

server      the one server, which gives each path to the provider whose it is
state       what there is, the clock, and how webhooks are delivered
delivery    webhooks, until our site takes them
control     its own API: what a provider's staff, banks, time and bad luck would do
dashboard   the same by hand
play        what the part of a provider offers to all of these; plays names the parts
"""
