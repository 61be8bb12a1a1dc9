import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A client in Java: java.net.http sends, java.security verifies the token. It prints one line for each thing that it has
 * checked. Each request of java.net.http offers an upgrade to HTTP/2, which the services must ignore. It is one file, since
 * Java before 22 runs no more than one without a build.
 */
public class Client {
  static final String ANN = "'email': 'ann-in-java@example.com', 'password': 'correct horse'";

  final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  String authorization = "";

  public static void main(String[] urls) {
    try {
      new Client().walk(urls[0], urls[1], urls[2]);
    } catch (Exception error) {
      fail(error.toString());
    }
  }

  void walk(String users, String orders, String auth) throws Exception {
    String id = register(users);
    if (auth.equals("token")) logIn(users, id);
    changeUser(users + "/api/users/" + id);
    readOrder(placeOrder(orders, id));
  }

  String register(String users) throws Exception {
    var made = send("POST", users + "/api/users", "{'username': 'ann-in-java', " + ANN + "}", Map.of());
    expect("status of a registration", made.statusCode(), 201);
    String id = field(made, "id");
    expect("Location of the user", header(made, "Location"), "/api/users/" + id);
    return id;
  }

  void logIn(String users, String id) throws Exception {
    var session = send("POST", users + "/api/sessions", "{" + ANN + "}", Map.of());
    expect("status of a login", session.statusCode(), 201);
    var keys = send("GET", users + "/.well-known/jwks.json", "", Map.of());
    expect("status of the JWKS", keys.statusCode(), 200);
    String token = field(session, "accessToken");
    String claims = Token.verified(token, field(keys, "x"));
    expect("subject of the token, which java.security verifies by the JWKS", field(claims, "sub"), id);
    authorization = "Bearer " + token;
  }

  /** Loses an update to a stale version, and wins with the current one. */
  void changeUser(String user) throws Exception {
    String first = header(send("GET", user, "", Map.of()), "ETag"), anna = "{'username': 'anna-in-java'}";
    var changed = send("PATCH", user, anna, Map.of("If-Match", first));
    expect("status of a change of the current version", changed.statusCode(), 200);
    var stale = send("PATCH", user, anna, Map.of("If-Match", first));
    expect("status of a change of a stale version", stale.statusCode(), 412);
    expect("code of it", field(stale, "code"), "changed");
    expect("ETag after it", header(send("HEAD", user, "", Map.of()), "ETag"), header(changed, "ETag"));
  }

  /** Sends the same order twice with one key, and returns its URL. */
  String placeOrder(String orders, String id) throws Exception {
    String body = "{'userId': '" + id + "', 'products': [{'productId': 'book', 'quantity': 3, 'price': 19.99}]}";
    var key = Map.of("Idempotency-Key", "java-1");
    var placed = send("POST", orders + "/api/orders", body, key);
    var replayed = send("POST", orders + "/api/orders", body, key);
    expect("status of an order, after 100 Continue", placed.statusCode(), 201);
    expect("status of its replay", replayed.statusCode(), 201);
    expect("Idempotency-Replayed of it", header(replayed, "Idempotency-Replayed"), "true");
    expect("id of the replayed order", field(replayed, "id"), field(placed, "id"));
    return orders + header(placed, "Location");
  }

  void readOrder(String order) throws Exception {
    var read = send("GET", order, "", Map.of());
    expect("status of reading the order", read.statusCode(), 200);
    var known = send("GET", order, "", Map.of("If-None-Match", header(read, "ETag")));
    expect("status of reading a known version", known.statusCode(), 304);
    expect("body of it", known.body(), "");
    var head = send("HEAD", order, "", Map.of());
    expect("status of HEAD", head.statusCode(), 200);
    expect("Content-Length of HEAD", header(head, "Content-Length"), header(read, "Content-Length"));
  }

  /** Sends the body, in which ' stands for ", unless it is empty. */
  HttpResponse<String> send(String method, String url, String body, Map<String, String> headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10));
    request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body.replace('\'', '"')));
    if (!body.isEmpty()) request.header("Content-Type", "application/json").expectContinue(true);
    if (!authorization.isEmpty()) request.header("Authorization", authorization);
    headers.forEach(request::header);
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException error) {
      throw new IOException("no answer to %s %s: %s".formatted(method, url, error.getMessage()), error);
    }
  }

  static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  static String field(HttpResponse<String> answer, String name) {
    return field(answer.body(), name);
  }

  /** The first text field of this name. Java reads no JSON by itself, and this needs no more. */
  static String field(String json, String name) {
    var found = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(json);
    return found.find() ? found.group(1) : "";
  }

  static void expect(String what, Object got, Object expected) {
    if (!Objects.equals(got, expected)) fail("%s: '%s' instead of '%s'".formatted(what, got, expected));
    System.out.println(what + ": " + got);
  }

  static void fail(String why) {
    System.err.println(why);
    System.exit(1);
  }
}

/** Verifies tokens by the JDK alone. */
class Token {
  /** The claims of a token, if the key with this x has signed it. */
  static String verified(String token, String x) throws Exception {
    String[] parts = token.split("\\.");
    var signature = Signature.getInstance("Ed25519");
    signature.initVerify(keyOf(x));
    signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
    Client.expect("signature of the token", signature.verify(decoded(parts[2])), true);
    return new String(decoded(parts[1]), UTF_8);
  }

  /** RFC 8032, section 5.1.2: 32 octets, the lowest first, and the highest bit is the sign of x. */
  static PublicKey keyOf(String x) throws Exception {
    byte[] octets = decoded(x), reversed = new byte[octets.length];
    for (int index = 0; index < octets.length; index++) reversed[octets.length - 1 - index] = octets[index];
    boolean isOdd = (reversed[0] & 0x80) != 0;
    reversed[0] &= 0x7f;
    var point = new EdECPoint(isOdd, new BigInteger(1, reversed));
    return KeyFactory.getInstance("Ed25519").generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }

  static byte[] decoded(String base64url) {
    return Base64.getUrlDecoder().decode(base64url);
  }
}
