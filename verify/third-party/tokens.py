"""Reads tokens of users as other services would, with PyJWT and with Authlib, and prints what is wrong."""

import json
import sys
import urllib.request

import jwt
from authlib.jose import JsonWebKey, JsonWebToken

given = json.load(sys.stdin)
issuer, audience = given["issuer"], given["audience"]


def by_pyjwt(token):
    key = jwt.PyJWKClient(given["jwks"]).get_signing_key_from_jwt(token)
    return jwt.decode(
        token,
        key,
        algorithms=["EdDSA"],
        issuer=issuer,
        audience=audience,
        options={"require": ["exp", "sub", "iss", "aud"]},
    )


def by_authlib(token):
    with urllib.request.urlopen(given["jwks"], timeout=10) as answer:
        keys = JsonWebKey.import_key_set(json.load(answer))
    needed = {"iss": issuer, "aud": audience}
    options = {name: {"essential": True, "value": value} for name, value in needed.items()}
    options |= {name: {"essential": True} for name in ("sub", "exp")}
    claims = JsonWebToken(["EdDSA"]).decode(token, keys, claims_options=options)
    claims.validate()
    return dict(claims)


for library, read in (("PyJWT", by_pyjwt), ("Authlib", by_authlib)):
    for what, (token, subject, is_valid) in given["tokens"].items():
        try:
            claims = read(token)
        except Exception as error:
            if is_valid:
                print(f"{library} refuses {what}: {error!r}")
        else:
            if not is_valid:
                print(f"{library} accepts {what}")
            elif claims["sub"] != subject:
                print(f"{library} reads {claims['sub']} from {what}")
