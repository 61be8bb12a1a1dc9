// A client in Go: net/http sends, go-jose verifies the token. It prints one line for each thing that it has checked.
package main

import "os"

func main() {
	users, orders, auth := os.Args[1], os.Args[2], os.Args[3]
	caller := newCaller()
	id := register(caller, users)
	if auth == "token" {
		logIn(caller, users, id)
	}
	changeUser(caller, users+"/api/users/"+id)
	order := placeOrder(caller, orders, id)
	readOrder(caller, order)
	expect("connections, one to each service", caller.connections.Load(), int64(2))
}

var ann = map[string]any{"username": "ann-in-go", "email": "ann-in-go@example.com", "password": "correct horse"}

func register(caller *caller, users string) string {
	made := caller.send("POST", users+"/api/users", ann)
	expect("status of a registration", made.status, 201)
	id, _ := made.field("id").(string)
	expect("Location of the user", made.header.Get("Location"), "/api/users/"+id)
	return id
}

func logIn(caller *caller, users, id string) {
	login := map[string]any{"email": ann["email"], "password": ann["password"]}
	session := caller.send("POST", users+"/api/sessions", login)
	expect("status of a login", session.status, 201)
	token, _ := session.field("accessToken").(string)
	expect("subject of the token, which go-jose verifies by the JWKS", subjectOf(token, keysOf(caller, users)), id)
	caller.authorization = "Bearer " + token
}

// changeUser loses an update to a stale version, and wins with the current one.
func changeUser(caller *caller, user string) {
	first := caller.send("GET", user, nil).header.Get("ETag")
	anna := map[string]any{"username": "anna-in-go"}
	changed := caller.send("PATCH", user, anna, "If-Match", first)
	expect("status of a change of the current version", changed.status, 200)
	stale := caller.send("PATCH", user, anna, "If-Match", first)
	expect("status of a change of a stale version", stale.status, 412)
	expect("code of it", stale.field("code"), any("changed"))
	expect("ETag after it", caller.send("HEAD", user, nil).header.Get("ETag"), changed.header.Get("ETag"))
}
