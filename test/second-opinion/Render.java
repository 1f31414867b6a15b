import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;

/** Renders a mapping template, the first argument, for each body that follows. All of them, and what it prints, in base64. */
public class Render {
  public static class Util {
    public String urlEncode(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    public String base64Encode(String text) {
      return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String decode(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  public static void main(String[] arguments) {
    VelocityEngine engine = new VelocityEngine();
    engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
    engine.init();
    for (int index = 1; index < arguments.length; index++) {
      VelocityContext context = new VelocityContext();
      context.put("util", new Util());
      context.put("input", Map.of("body", decode(arguments[index])));
      context.put("context", Map.of(
          "connectionId", "U43E-_abp7dwh7M=",
          "requestId", "q1KVg7UUFet-Fd0=",
          "requestTimeEpoch", 1794648603153L));
      StringWriter rendered = new StringWriter();
      engine.evaluate(context, rendered, "template", decode(arguments[0]));
      System.out.println(new Util().base64Encode(rendered.toString()));
    }
  }
}
