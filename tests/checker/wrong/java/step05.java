/** Step 5 in Java: names in a map that needs no lock. */
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;
import java.util.concurrent.*;

public class Room {
    static final ConcurrentHashMap<String, Person> names =
        new ConcurrentHashMap<>();
    static final CopyOnWriteArrayList<Person> members =
        new CopyOnWriteArrayList<>();
    static final Object speech = new Object();

    static class Person {
        final Socket socket;
        String name;

        Person(Socket socket) {
            this.socket = socket;
        }

        synchronized void send(String text) {
            try {
                byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
                socket.getOutputStream().write(line);
            } catch (IOException e) {
                try {
                    socket.shutdownInput();
                } catch (IOException ignored) {
                    // It has gone.
                }
            }
        }
    }

    static void tell(Person me, String text) {
        String time = LocalTime.now(ZoneOffset.UTC)
            .format(DateTimeFormatter.ofPattern("HH:mm:ss"));
        for (Person p : members) {
            if (p != me) p.send("[" + time + "] " + text);
        }
    }

    static String nextLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0 && b != '\n') line.write(b);
        if (b < 0 && line.size() == 0) return null;
        return line.toString(StandardCharsets.UTF_8).replaceAll("\\p{Cc}", "");
    }

    static void talk(Person me, InputStream in) throws IOException {
        me.send("* welcome; what is your name?");
        while (me.name == null) {
            String name = nextLine(in);
            if (name == null) return;
            name = name.trim();
            if (!name.matches("[\\p{L}\\p{N}]{1,16}")) {
                me.send("* that can be no name; another?");
            } else if (names.putIfAbsent(name.toLowerCase(), me) != null) {
                me.send("* " + name + " is taken; another?");
            } else {
                synchronized (speech) {
                    tell(me, "* " + name + " joined");
                    me.send("* you are " + name);
                    me.name = name;
                    members.add(me);
                }
            }
        }
        String line;
        while ((line = nextLine(in)) != null) {
            line = line.stripTrailing();
            if (line.isEmpty()) continue;
            if (line.equals("/quit")) return;
            if (line.equals("/users")) {
                StringJoiner all = new StringJoiner(", ");
                for (Person p : members) all.add(p.name);
                me.send("* here: " + all);
            } else if (line.equals("/help")) {
                me.send("* /users, /help, /quit");
            } else if (line.startsWith("/")) {
                me.send("* no command " + line);
            } else {
                synchronized (speech) {
                    tell(me, me.name + ": " + line);
                }
            }
        }
    }

    static void session(Socket s) {
        Person me = new Person(s);
        try (s) {
            s.setTcpNoDelay(true);
            talk(me, new BufferedInputStream(s.getInputStream()));
        } catch (IOException e) {
            System.err.println("lost: " + e.getMessage());
        } finally {
            if (me.name != null) {
                synchronized (speech) {
                    members.remove(me);
                    tell(me, "* " + me.name + " left");
                }
                names.remove(me.name.toLowerCase());
            }
        }
    }

    public static void main(String[] args) throws Exception {
        String p = System.getenv("PORT");
        int port = p == null ? 7007 : Integer.parseInt(p);
        ServerSocket server = new ServerSocket(
            port, 128, InetAddress.getByName("127.0.0.1"));
        while (true) {
            try {
                Socket s = server.accept();
                Thread t = new Thread(() -> session(s));
                t.setDaemon(true);
                t.start();
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
    }
}
