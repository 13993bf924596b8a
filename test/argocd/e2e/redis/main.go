// A Redis written in Go, on the address that the first argument gives.
package main

import (
	"log"
	"os"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	server := miniredis.NewMiniRedis()
	if err := server.StartAddr(os.Args[1]); err != nil {
		log.Fatal(err)
	}
	// Time stands still in it unless somebody moves it, and Argo CD's keys must expire.
	for range time.Tick(time.Second) {
		server.FastForward(time.Second)
	}
}
