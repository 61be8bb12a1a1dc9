package main

// placeOrder sends the same order twice with one key, and returns its URL.
func placeOrder(caller *caller, orders, buyer string) string {
	book := map[string]any{"productId": "book", "quantity": 3, "price": 19.99}
	order := map[string]any{"userId": buyer, "products": []any{book}}
	send := func() answer { return caller.send("POST", orders+"/api/orders", order, "Idempotency-Key", "go-1") }

	placed, replayed := send(), send()
	expect("status of an order", placed.status, 201)
	expect("total of the order", placed.field("total"), any(59.97))
	expect("status of its replay", replayed.status, 201)
	expect("Idempotency-Replayed of it", replayed.header.Get("Idempotency-Replayed"), "true")
	expect("id of the replayed order", replayed.field("id"), placed.field("id"))
	return orders + placed.header.Get("Location")
}

func readOrder(caller *caller, order string) {
	read := caller.send("GET", order, nil)
	expect("status of reading the order", read.status, 200)
	etag := read.header.Get("ETag")
	known := caller.send("GET", order, nil, "If-None-Match", etag)
	expect("status of reading a known version", known.status, 304)
	expect("ETag of it", known.header.Get("ETag"), etag)
	expect("length of its body", len(known.content), 0)

	head := caller.send("HEAD", order, nil)
	expect("status of HEAD", head.status, 200)
	expect("Content-Length of HEAD", head.header.Get("Content-Length"), read.header.Get("Content-Length"))
	expect("length of its body", len(head.content), 0)
}
