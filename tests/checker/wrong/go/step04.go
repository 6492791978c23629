// Step 4 in Go: a goroutine for each client, and a mutex.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

var (
	mu    sync.Mutex
	conns = map[net.Conn]bool{}
)

func say(author net.Conn, line []byte) {
	mu.Lock()
	defer mu.Unlock()
	for c := range conns {
		if c != author {
			if _, err := c.Write(line); err != nil {
				delete(conns, c)
			}
		}
	}
}

func session(c net.Conn) {
	defer func() {
		mu.Lock()
		delete(conns, c)
		mu.Unlock()
		c.Close()
	}()
	in := bufio.NewReader(c)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			if line[len(line)-1] != '\n' {
				line = append(line, '\n')
			}
			say(c, line)
		}
		if err != nil {
			return
		}
	}
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "7007"
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for {
		c, err := l.Accept()
		if err != nil {
			fmt.Println("accept:", err)
			time.Sleep(100 * time.Millisecond)
			continue
		}
		mu.Lock()
		conns[c] = true
		mu.Unlock()
		go session(c)
	}
}
