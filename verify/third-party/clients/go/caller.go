package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// A caller counts the connections that it opens, since net/http should keep one to each service.
type caller struct {
	client        http.Client
	connections   atomic.Int64
	authorization string
}

type answer struct {
	status  int
	header  http.Header
	content []byte
}

func newCaller() *caller {
	made := &caller{}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		made.connections.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	made.client = http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DialContext: dial}}
	return made
}

// send sends the body as JSON unless it is nil, and at most one further header.
func (caller *caller) send(method, url string, body map[string]any, header ...string) answer {
	request := must(http.NewRequest(method, url, contentOf(body)))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if caller.authorization != "" {
		request.Header.Set("Authorization", caller.authorization)
	}
	if len(header) == 2 {
		request.Header.Set(header[0], header[1])
	}
	response := must(caller.client.Do(request))
	defer response.Body.Close()
	return answer{response.StatusCode, response.Header, must(io.ReadAll(response.Body))}
}

func contentOf(body map[string]any) io.Reader {
	if body == nil {
		return nil
	}
	return bytes.NewReader(must(json.Marshal(body)))
}

// field returns what a field of the JSON in the answer has, or nil.
func (answer answer) field(name string) any {
	var fields map[string]any
	_ = json.Unmarshal(answer.content, &fields)
	return fields[name]
}
