/** Step 4 in Java: a thread for each client, and one lock. */
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

public class Room {
    static final List<Socket> here = new ArrayList<>();

    static void say(Socket author, byte[] line) {
        synchronized (here) {
            Iterator<Socket> all = here.iterator();
            while (all.hasNext()) {
                Socket s = all.next();
                if (s == author) continue;
                try {
                    s.getOutputStream().write(line);
                } catch (IOException e) {
                    all.remove();
                }
            }
        }
    }

    static void session(Socket s) {
        try (s) {
            s.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(s.getInputStream());
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int b;
            while ((b = in.read()) >= 0) {
                line.write(b);
                if (b == '\n') {
                    say(s, line.toByteArray());
                    line.reset();
                }
            }
            if (line.size() > 0) {
                line.write('\n');
                say(s, line.toByteArray());
            }
        } catch (IOException e) {
            System.err.println("lost: " + e.getMessage());
        } finally {
            synchronized (here) {
                here.remove(s);
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
                synchronized (here) {
                    here.add(s);
                }
                new Thread(() -> session(s)).start();
            } catch (IOException e) {
                System.err.println("accept: " + e.getMessage());
                Thread.sleep(100);
            }
        }
    }
}
