"""A client in Python: requests sends, PyJWT verifies the token. It prints one line for each thing that it has checked."""

import sys

import jwt
import requests

users, orders, auth = sys.argv[1:]
session = requests.Session()
ann = {"email": "ann-in-python@example.com", "password": "correct horse"}


def expect(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: {got!r} instead of {expected!r}")
    print(f"{what}: {got}")


def send(method, url, **options):
    return session.request(method, url, timeout=10, **options)


def register():
    made = send("POST", f"{users}/api/users", json={"username": "ann-in-python", **ann})
    expect("status of a registration", made.status_code, 201)
    expect("Location of the user", made.headers["Location"], f"/api/users/{made.json()['id']}")
    return made.json()["id"]


def log_in(user):
    login = send("POST", f"{users}/api/sessions", json=ann)
    expect("status of a login", login.status_code, 201)
    token = login.json()["accessToken"]
    key = jwt.PyJWKClient(f"{users}/.well-known/jwks.json").get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key, algorithms=["EdDSA"], issuer="duet", audience="duet")
    expect("subject of the token, which PyJWT verifies by the JWKS", claims["sub"], user)
    session.headers["Authorization"] = f"Bearer {token}"


def change_user(url):
    """Wins with the current version, and loses an update to a stale one."""
    first = send("GET", url).headers["ETag"]
    change = {"json": {"username": "anna-in-python"}, "headers": {"If-Match": first}}
    changed, stale = send("PATCH", url, **change), send("PATCH", url, **change)
    expect("status of a change of the current version", changed.status_code, 200)
    expect("status of a change of a stale version", stale.status_code, 412)
    expect("code of it", stale.json()["code"], "changed")
    expect("ETag after it", send("HEAD", url).headers["ETag"], changed.headers["ETag"])


def place_order(buyer):
    """Sends the same order twice with one key, and returns its URL."""
    order = {"userId": buyer, "products": [{"productId": "book", "quantity": 3, "price": 19.99}]}
    key = {"Idempotency-Key": "python-1"}
    placed, replayed = [send("POST", f"{orders}/api/orders", json=order, headers=key) for _ in range(2)]
    expect("status of an order", placed.status_code, 201)
    expect("status of its replay", replayed.status_code, 201)
    expect("Idempotency-Replayed of it", replayed.headers.get("Idempotency-Replayed"), "true")
    expect("body of it", replayed.json(), placed.json())
    return orders + placed.headers["Location"]


def read_order(url):
    read = send("GET", url)
    expect("status of reading the order", read.status_code, 200)
    known = send("GET", url, headers={"If-None-Match": read.headers["ETag"]})
    expect("status and body of reading a known version", (known.status_code, known.text), (304, ""))
    head = send("HEAD", url)
    expect("status of HEAD", head.status_code, 200)
    expect("Content-Length of HEAD", head.headers["Content-Length"], read.headers["Content-Length"])


def walk():
    user = register()
    if auth == "token":
        log_in(user)
    change_user(f"{users}/api/users/{user}")
    read_order(place_order(user))


try:
    walk()
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
