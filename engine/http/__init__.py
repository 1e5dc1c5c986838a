"""HTTP of the data plane: sending, judging answers, authentication, signing, forbidden targets.

Not for the control API (httpx lives in ``engine.api.client``) and not for what
a pull or push means.
"""
