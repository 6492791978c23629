// Step 7 in Go: a slice and a condition variable for each client.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"
)

type client struct {
	conn   *net.TCPConn
	name   string
	mu     sync.Mutex
	news   *sync.Cond
	lines  []string
	closed bool
}

var mu sync.Mutex
var here = map[*client]bool{}

func (c *client) send(text string) {
	c.mu.Lock()
	c.lines = append(c.lines, text+"\n")
	c.mu.Unlock()
	c.news.Signal()
}

func (c *client) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.news.Signal()
}

func (c *client) write() {
	for {
		c.mu.Lock()
		for len(c.lines) == 0 && !c.closed {
			c.news.Wait()
		}
		if len(c.lines) == 0 {
			c.mu.Unlock()
			break
		}
		line := c.lines[0]
		c.lines = c.lines[1:]
		c.mu.Unlock()
		if _, err := c.conn.Write([]byte(line)); err != nil {
			break
		}
	}
	c.conn.Close()
}

func tell(me *client, text string) {
	line := time.Now().UTC().Format("[15:04:05] ") + text
	for c := range here {
		if c != me && c.name != "" {
			c.send(line)
		}
	}
}

func claim(me *client, name string) string {
	if name == "" || len(name) > 16 || strings.IndexFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) >= 0 {
		return "a name has 1 to 16 letters or digits"
	}
	mu.Lock()
	defer mu.Unlock()
	for c := range here {
		if strings.EqualFold(c.name, name) {
			return name + " is taken"
		}
	}
	tell(me, "* "+name+" joined")
	me.name = name
	me.send("* you are " + name)
	return ""
}

func command(me *client, line string) {
	mu.Lock()
	defer mu.Unlock()
	switch {
	case line == "/users":
		var names []string
		for c := range here {
			if c.name != "" {
				names = append(names, c.name)
			}
		}
		me.send("* here: " + strings.Join(names, ", "))
	case line == "/help":
		me.send("* /users, /help, /quit")
	case strings.HasPrefix(line, "/"):
		me.send("* no command " + line)
	default:
		tell(me, me.name+": "+line)
	}
}

func session(me *client) {
	defer func() {
		mu.Lock()
		delete(here, me)
		if me.name != "" {
			tell(me, "* "+me.name+" left")
		}
		mu.Unlock()
		me.close()
	}()
	in := bufio.NewReader(me.conn)
	me.send("* welcome; what is your name?")
	for {
		raw, err := in.ReadString('\n')
		if raw == "" && err != nil {
			return
		}
		line := strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(raw, "?"))
		line = strings.TrimRight(line, " ")
		switch {
		case me.name == "":
			if why := claim(me, strings.TrimSpace(line)); why != "" {
				me.send("* " + why + "; another name?")
			}
		case line == "":
		case line == "/quit":
			return
		default:
			command(me, line)
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
		conn, err := l.Accept()
		if err != nil {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		me := &client{conn: conn.(*net.TCPConn)}
		me.news = sync.NewCond(&me.mu)
		mu.Lock()
		here[me] = true
		mu.Unlock()
		go me.write()
		go session(me)
	}
}
