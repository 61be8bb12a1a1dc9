package main

import (
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// keysOf returns the keys that users publishes.
func keysOf(caller *caller, users string) jose.JSONWebKeySet {
	var keys jose.JSONWebKeySet
	read := caller.send("GET", users+"/.well-known/jwks.json", nil)
	expect("status of the JWKS", read.status, 200)
	attempt("the JWKS", json.Unmarshal(read.content, &keys))
	return keys
}

// subjectOf returns the subject of a token if its signature and its claims are right now.
func subjectOf(token string, keys jose.JSONWebKeySet) string {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA})
	attempt("the token", err)
	var claims jwt.Claims
	attempt("the signature of the token", parsed.Claims(keys, &claims))
	expected := jwt.Expected{Issuer: "duet", AnyAudience: jwt.Audience{"duet"}}
	attempt("the claims of the token", claims.Validate(expected))
	return claims.Subject
}
