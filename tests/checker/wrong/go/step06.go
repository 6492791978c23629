// Step 6 in Go: a watcher says on whom the room waits.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"
	"unicode"
)

type client struct {
	connection net.Conn
	name       string
}

var lock sync.Mutex
var people []*client // the lock guards it, the names, and writing to them

var noteLock sync.Mutex // never held while something is written
var writingTo string    // guarded by noteLock; nobody is ""
var since time.Time     // guarded by noteLock

func note(name string) {
	noteLock.Lock()
	writingTo, since = name, time.Now()
	noteLock.Unlock()
}

func watch() {
	for range time.Tick(time.Second) {
		noteLock.Lock()
		name, waited := writingTo, time.Since(since)
		noteLock.Unlock()
		if name != "" && waited > time.Second {
			fmt.Fprintf(os.Stderr, "stuck for %v: writing to %s\n", waited, name)
		}
	}
}

func send(to *client, text string) {
	to.connection.Write([]byte(text + "\n"))
}

func tellOthers(author *client, text string) {
	line := time.Now().Format("[15:04:05] ") + text
	for _, other := range people {
		if other != author && other.name != "" {
			note(other.name)
			send(other, line)
		}
	}
	note("")
}

func claim(who *client, name string) string {
	odd := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if name == "" || len(name) > 16 || strings.IndexFunc(name, odd) >= 0 {
		return "a name is 1 to 16 letters and digits"
	}
	lock.Lock()
	defer lock.Unlock()
	for _, other := range people {
		if strings.EqualFold(other.name, name) {
			return name + " is taken"
		}
	}
	tellOthers(who, "* "+name+" joined")
	who.name = name
	send(who, "* you are "+name+"; /help lists commands")
	return ""
}

func names() []string {
	var here []string
	for _, other := range people {
		if other.name != "" {
			here = append(here, other.name)
		}
	}
	return here
}

func clean(line string) string {
	drop := func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}
	return strings.TrimRight(strings.Map(drop, line), " ")
}

func hear(who *client, text string) bool {
	lock.Lock()
	defer lock.Unlock()
	switch {
	case text == "/users":
		here := names()
		send(who, fmt.Sprintf("* here (%d): %s", len(here), strings.Join(here, ", ")))
	case text == "/help":
		send(who, "* /users: who is here; /help: this; /quit: leave")
	case text == "/quit":
		return false
	case strings.HasPrefix(text, "/"):
		send(who, "* no command "+text+"; see /help")
	case text != "":
		tellOthers(who, who.name+": "+text)
	}
	return true
}

func leave(who *client) {
	lock.Lock()
	defer lock.Unlock()
	for at, other := range people {
		if other == who {
			people = append(people[:at], people[at+1:]...)
			break
		}
	}
	if who.name != "" {
		tellOthers(who, "* "+who.name+" left")
	}
	who.connection.Close()
}

func session(who *client) {
	defer leave(who)
	send(who, "* welcome; what is your name?")
	lines := bufio.NewReader(who.connection)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			text := clean(line)
			if who.name == "" {
				if why := claim(who, strings.TrimSpace(text)); why != "" {
					send(who, "* "+why+"; another name?")
				}
			} else if !hear(who, text) {
				return
			}
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
	server, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		<-signals
		os.Exit(0)
	}()
	go watch()
	for {
		connection, err := server.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "nobody can come in:", err)
			time.Sleep(100 * time.Millisecond)
			continue
		}
		who := &client{connection: connection}
		lock.Lock()
		people = append(people, who)
		lock.Unlock()
		go session(who)
	}
}
