// Steps 5, 8 and 9 in Java: a queue with an end and two threads a client.
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.*;
import java.util.concurrent.*;

class Room {
    static final int LINES_MAX = 1024; // how many lines may wait for one client
    static final int LINE_BYTES_MAX = 1000; // a longer line comes in pieces
    static final int GOODBYE_MAX = 1000; // milliseconds to hear the rest
    static final String END = "";

    final Map<Client, String> people = new LinkedHashMap<>(); // guarded by this
    final Set<Thread> sessions = ConcurrentHashMap.newKeySet();
    boolean closing; // guarded by this

    static class Client {
        final Socket socket;
        final BlockingQueue<String> queue =
            new ArrayBlockingQueue<>(LINES_MAX);
        String why = "";

        Client(Socket socket) {
            this.socket = socket;
        }

        void send(String text) {
            if (!queue.offer(text + "\n")) {
                why = " (too slow)";
                close();
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException error) {
                // It is gone already.
            }
        }

        void write() {
            try {
                OutputStream out = socket.getOutputStream();
                for (String text; !(text = queue.take()).equals(END);) {
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                }
                socket.shutdownOutput();
            } catch (IOException | InterruptedException error) {
                close();
            }
        }
    }

    void tellOthers(Client author, String text) {
        String time = LocalTime.now().format(
            DateTimeFormatter.ofPattern("HH:mm:ss"));
        for (Map.Entry<Client, String> other : people.entrySet()) {
            if (other.getKey() != author && other.getValue() != null) {
                other.getKey().send("[" + time + "] " + text);
            }
        }
    }

    synchronized boolean claim(Client client, String name) {
        if (!name.matches("[\\p{L}\\p{N}]{1,16}")) {
            client.send("* a name is 1 to 16 letters and digits");
            return false;
        }
        for (String other : people.values()) {
            if (name.equalsIgnoreCase(other)) {
                client.send("* " + name + " is taken; another name?");
                return false;
            }
        }
        if (closing) {
            return false;
        }
        tellOthers(client, "* " + name + " joined");
        people.put(client, name);
        client.send("* you are " + name + "; /help lists commands");
        return true;
    }

    synchronized boolean hear(Client client, String name, String text) {
        if (!people.containsKey(client)) {
            return true;
        }
        if (text.equals("/users")) {
            List<String> here = new ArrayList<>(people.values());
            here.removeIf(Objects::isNull);
            client.send("* here: " + String.join(", ", here));
        } else if (text.equals("/help")) {
            client.send("* /users: who is here; /help: this; /quit: leave");
        } else if (text.equals("/quit")) {
            return false;
        } else if (text.startsWith("/")) {
            client.send("* no command " + text + "; see /help");
        } else if (!text.isEmpty()) {
            tellOthers(client, name + ": " + text);
        }
        return true;
    }

    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c;
        while ((c = in.read()) >= 0) {
            line.write(c);
            if (c == '\n' || line.size() == LINE_BYTES_MAX) {
                break;
            }
        }
        if (line.size() == 0) {
            return null;
        }
        return line.toString(StandardCharsets.UTF_8)
            .replaceAll("\\p{C}", "").stripTrailing();
    }

    void listen(Client client) throws IOException {
        InputStream in =
            new BufferedInputStream(client.socket.getInputStream());
        String name = null;
        for (String line; (line = line(in)) != null;) {
            if (name == null) {
                name = claim(client, line.strip()) ? line.strip() : null;
            } else if (!hear(client, name, line)) {
                return;
            }
        }
    }

    void session(Client client) {
        Thread writer = new Thread(client::write);
        writer.setDaemon(true);
        writer.start();
        client.send("* welcome; what is your name?");
        try {
            listen(client);
        } catch (IOException error) {
            System.out.println("a client was lost: " + error.getMessage());
        }
        synchronized (this) {
            String name = people.remove(client);
            if (name != null) {
                tellOthers(client, "* " + name + " left" + client.why);
            }
        }
        try {
            client.queue.put(END);
            writer.join();
        } catch (InterruptedException error) {
            // Nobody interrupts this thread.
        }
        client.close();
        sessions.remove(Thread.currentThread());
    }

    void goodbye(ServerSocket server) throws Exception {
        server.close();
        synchronized (this) {
            closing = true;
            tellOthers(null, "* the server is closing");
            for (Client client : people.keySet()) {
                Thread end = new Thread(() -> {
                    try {
                        client.queue.put(END);
                    } catch (InterruptedException error) {
                        // Nobody interrupts this thread.
                    }
                });
                end.setDaemon(true);
                end.start();
            }
            people.clear();
        }
        long deadline = System.currentTimeMillis() + GOODBYE_MAX;
        for (Thread session : sessions) {
            long left = deadline - System.currentTimeMillis();
            if (left > 0) {
                session.join(left);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    void serve(ServerSocket server) throws Exception {
        while (true) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException error) {
                if (server.isClosed()) {
                    Thread.sleep(2 * GOODBYE_MAX);
                    return;
                }
                System.out.println("nobody can come in: " + error);
                Thread.sleep(100);
                continue;
            }
            socket.setTcpNoDelay(true);
            Client client = new Client(socket);
            synchronized (this) {
                people.put(client, null);
            }
            Thread session = new Thread(() -> session(client));
            session.setDaemon(true);
            sessions.add(session);
            session.start();
        }
    }

    public static void main(String[] arguments) throws Exception {
        String port = System.getenv().getOrDefault("PORT", "7007");
        ServerSocket server = new ServerSocket(
            Integer.parseInt(port), 128, InetAddress.getByName("127.0.0.1"));
        Room room = new Room();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                room.goodbye(server);
            } catch (Exception error) {
                System.out.println(error);
            }
        }));
        room.serve(server);
    }
}
