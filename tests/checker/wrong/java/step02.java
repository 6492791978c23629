/** Step 2 in Java: sends a line, shows the answer, asks again. */
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class Step02 {
    public static void main(String[] arguments) throws IOException {
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
        BufferedReader answers = new BufferedReader(
            new InputStreamReader(server.getInputStream(),
                StandardCharsets.UTF_8));
        PrintStream screen = new PrintStream(System.out, true, "UTF-8");
        String line;
        while ((line = keyboard.readLine()) != null) {
            if (line.equals("quit") || line.equals("exit")) {
                break;
            }
            String answer = null;
            try {
                server.getOutputStream().write(
                    (line + "\n").getBytes(StandardCharsets.UTF_8));
                answer = answers.readLine();
            } catch (IOException error) {
                screen.println("lost: " + error.getMessage());
            }
            if (answer == null) {
                screen.println("the server has gone");
                System.exit(1);
            }
            screen.println(answer);
        }
        server.close();
    }
}
