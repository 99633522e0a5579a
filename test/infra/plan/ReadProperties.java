import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.TreeMap;

/** Prints what java.util.Properties reads of each file, as Kafka loads them: a line for a file, strings as UTF-16 in hex. */
class ReadProperties {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      Properties read = new Properties();
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        read.load(in);
      }
      StringBuilder line = new StringBuilder();
      new TreeMap<Object, Object>(read).forEach((key, value) -> line.append(hex(key)).append(':').append(hex(value)).append(' '));
      System.out.println(line.toString().trim());
    }
  }

  static String hex(Object text) {
    StringBuilder hex = new StringBuilder();
    for (char unit : ((String) text).toCharArray()) hex.append(String.format("%04x", (int) unit));
    return hex.toString();
  }
}
