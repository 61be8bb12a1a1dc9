package main

import (
	"fmt"
	"os"
)

// expect prints what was checked, or ends the program if it was not as expected.
func expect[T comparable](what string, got, expected T) {
	if got != expected {
		fail(fmt.Sprintf("%s: %#v instead of %#v", what, got, expected))
	}
	fmt.Printf("%s: %v\n", what, got)
}

// attempt ends the program if there is an error.
func attempt(what string, err error) {
	if err != nil {
		fail(fmt.Sprintf("%s: %v", what, err))
	}
}

func must[T any](value T, err error) T {
	attempt("a call", err)
	return value
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
