/** Step 3 in Java: listens and types at the same time. */
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class Step03 {
    public static void main(String[] arguments) throws Exception {
        String port = System.getenv().getOrDefault("PORT", "7007");
        Socket server;
        try {
            server = new Socket("127.0.0.1", Integer.parseInt(port));
        } catch (IOException error) {
            System.err.println("start the server first: " + error.getMessage());
            System.exit(1);
            return;
        }
        BufferedReader keyboard = new BufferedReader(
            new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream screen = new PrintStream(System.out, true, "UTF-8");
        String name = keyboard.readLine();
        Thread reader = new Thread(() -> show(server, screen));
        reader.setDaemon(true);
        reader.start();
        String line;
        while (name != null && (line = keyboard.readLine()) != null) {
            if (line.equals("quit") || line.equals("exit")) {
                break;
            }
            line = name + ": " + line + "\n";
            server.getOutputStream().write(
                line.getBytes(StandardCharsets.UTF_8));
            screen.print(line);
            screen.flush();
        }
        server.shutdownOutput();
        reader.join(1000);
    }

    static void show(Socket server, PrintStream screen) {
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(
                server.getInputStream(), StandardCharsets.UTF_8));
            String line;
            while ((line = lines.readLine()) != null) {
                screen.println(line);
            }
        } catch (IOException error) {
            screen.println("lost: " + error.getMessage());
        }
        screen.println("the connection is closed");
        System.exit(0);
    }
}
