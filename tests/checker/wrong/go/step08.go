// Steps 5 and 8 in Go: one goroutine is the room, and there is no lock.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
	"unicode"
)

const linesMax = 1024 // how many lines may wait for one client
const lineBytesMax = 1000

type client struct {
	conn  net.Conn
	queue chan string
	name  string
	why   string
	gone  bool
}

func (c *client) send(text string) {
	select {
	case c.queue <- text + "\n":
	default:
		c.why = " (too slow)"
		c.conn.Close()
	}
}

func (c *client) write() {
	for text := range c.queue {
		if _, err := c.conn.Write([]byte(text)); err != nil {
			c.conn.Close()
			for range c.queue {
			}
		}
	}
	c.conn.Close()
}

// What a client wants of the room; no line means that it has left.
type wish struct {
	from *client
	line *string
}

type room struct{ people []*client }

func (r *room) tellOthers(author *client, text string) {
	line := time.Now().Format("[15:04:05] ") + text
	for _, c := range r.people {
		if c != author && c.name != "" {
			c.send(line)
		}
	}
}

func (r *room) claim(c *client, name string) {
	if name == "" || len(name) > 16 || strings.ContainsAny(name, " /*") {
		c.send("* a name is 1 to 16 letters and digits")
		return
	}
	for _, other := range r.people {
		if strings.EqualFold(other.name, name) {
			c.send("* " + name + " is taken; another name?")
			return
		}
	}
	r.tellOthers(c, "* "+name+" joined")
	c.name = name
	c.send("* you are " + name + "; /help lists commands")
}

func (r *room) leave(c *client) {
	if c.gone {
		return
	}
	c.gone = true
	for at, other := range r.people {
		if other == c {
			r.people = append(r.people[:at], r.people[at+1:]...)
			break
		}
	}
	if c.name != "" {
		r.tellOthers(c, "* "+c.name+" left"+c.why)
	}
	close(c.queue)
}

func (r *room) hear(c *client, text string) {
	switch {
	case c.gone:
	case c.name == "":
		r.claim(c, strings.TrimSpace(text))
	case text == "/users":
		names := []string{}
		for _, other := range r.people {
			if other.name != "" {
				names = append(names, other.name)
			}
		}
		c.send("* here: " + strings.Join(names, ", "))
	case text == "/help":
		c.send("* /users: who is here; /help: this; /quit: leave")
	case text == "/quit":
		r.leave(c)
	case strings.HasPrefix(text, "/"):
		c.send("* no command " + text + "; see /help")
	case text != "":
		r.tellOthers(c, c.name+": "+text)
	}
}

func (r *room) run(wishes chan wish) {
	for w := range wishes {
		if w.line == nil {
			r.leave(w.from)
		} else if *w.line == "\n" && w.from.queue == nil {
			w.from.queue = make(chan string, linesMax)
			r.people = append(r.people, w.from)
			w.from.send("* welcome; what is your name?")
			go w.from.write()
		} else {
			r.hear(w.from, clean(*w.line))
		}
	}
}

func clean(line string) string {
	line = strings.ToValidUTF8(line, "\uFFFD")
	line = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return -1
		}
		return c
	}, line)
	return strings.TrimRight(line, " ")
}

func session(conn net.Conn, wishes chan wish) {
	c := &client{conn: conn}
	first := "\n"
	wishes <- wish{c, &first}
	in := bufio.NewReaderSize(conn, lineBytesMax)
	for {
		bytes, err := in.ReadSlice('\n')
		if len(bytes) > 0 {
			line := string(bytes)
			wishes <- wish{c, &line}
		}
		if err != nil && err != bufio.ErrBufferFull {
			wishes <- wish{c, nil}
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
		fmt.Println("no way to listen:", err)
		os.Exit(1)
	}
	wishes := make(chan wish)
	go (&room{}).run(wishes)
	for {
		conn, err := server.Accept()
		if err != nil {
			fmt.Println("nobody can come in:", err)
			time.Sleep(100 * time.Millisecond)
			continue
		}
		go session(conn, wishes)
	}
}
