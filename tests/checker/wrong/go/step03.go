// Step 3 in Go: two goroutines read, and one does the rest.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "7007"
	}
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Println("no server:", err)
		os.Exit(1)
	}
	conn := c.(*net.TCPConn)
	keys := bufio.NewReader(os.Stdin)
	fmt.Print("your name? ")
	name, err := keys.ReadString('\n')
	if err != nil {
		return
	}
	name = strings.TrimSuffix(name, "\n")
	done := make(chan bool)
	go func() {
		answers := bufio.NewReader(conn)
		for {
			line, err := answers.ReadString('\n')
			fmt.Print(line)
			if err != nil {
				break
			}
		}
		close(done)
	}()
	typed := make(chan string)
	go func() {
		for {
			line, err := keys.ReadString('\n')
			if err != nil {
				if line != "" {
					typed <- line
				}
				close(typed)
				return
			}
			typed <- strings.TrimSuffix(line, "\n")
		}
	}()
	for {
		select {
		case <-done:
			fmt.Println("the connection is closed")
			return
		case line, ok := <-typed:
			if !ok || line == "quit" || line == "exit" {
				conn.CloseWrite()
				select {
				case <-done:
				case <-time.After(time.Second):
				}
				return
			}
			text := name + ": " + line + "\n"
			if _, err := conn.Write([]byte(text)); err != nil {
				fmt.Println("the server has gone")
				os.Exit(1)
			}
			fmt.Print(text)
		}
	}
}
