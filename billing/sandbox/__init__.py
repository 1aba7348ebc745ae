"""The payment sandbox of local mode: it plays Stripe on loopback, with money that is not real.

`make run` starts it while no Stripe key is set, tests run it in a thread. It keeps its state in
LOCAL_DIR. It takes a choice of test cards and has no field for a card number.
"""
