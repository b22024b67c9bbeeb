"""Numbers v1: portability, port-ins, eligibility, webhooks, signing requests, caller ids, documents."""
