package io.dta.collector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever is asked is answered or refused with a sentence; nothing is a defect of the collector.
 */
class ApiFuzzTest {
  private static CollectorFixture fixture;

  @BeforeContainer
  static void start() {
    fixture = new CollectorFixture();
  }

  @AfterContainer
  static void stop() {
    fixture.close();
  }

  private static void shouldBeAnsweredOrRefused(String method, String path, String body) {
    HttpResponse<String> response = fixture.api.exchange(method, path, body);
    int status = response.statusCode();
    assertTrue(
        List.of(200, 204, 400, 404, 405, 409, 413).contains(status),
        () -> "%s %s %s: %d %s".formatted(method, path, body, status, response.body()));
    if (status >= 400) {
      assertTrue(
          response.body().startsWith("{\"error\":\"") && response.body().length() > 20,
          () -> "%s %s %s: %s".formatted(method, path, body, response.body()));
    }
  }

  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void shouldSurviveAnyQuery(@ForAll("paths") String path, @ForAll("queries") String query) {
    shouldBeAnsweredOrRefused("GET", path + query, null);
  }

  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void shouldSurviveAnyBody(@ForAll("paths") String path, @ForAll("bodies") String body) {
    shouldBeAnsweredOrRefused("POST", path, body);
  }

  @Property(tries = 50, shrinking = ShrinkingMode.BOUNDED)
  void shouldSurviveAnyDelete(@ForAll("paths") String path) {
    shouldBeAnsweredOrRefused("DELETE", path, null);
  }

  @Provide
  Arbitrary<String> paths() {
    Arbitrary<String> primitive =
        Arbitraries.of(
            "key-write", "postcarding", "key-increment", "append", "sketch-merge", "queue-pairs");
    Arbitrary<String> store =
        Arbitraries.oneOf(Arbitraries.of(CollectorFixture.STORES).map(s -> s.name()), segments());
    Arbitrary<String> rest =
        Arbitraries.oneOf(
            Arbitraries.of(
                "", "/query", "/0", "/1", "/heads", "/estimate", "/heavy-hitters", "/cardinality"),
            segments().map(s -> "/" + s));
    return Combinators.combine(primitive, store, rest).as((p, s, r) -> "/v1/" + p + "/" + s + r);
  }

  private static Arbitrary<String> segments() {
    return texts().map(ApiClient::encode);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "0x010203",
            "10.0.0.1:1>10.0.0.2:2/tcp",
            "[::1]:1>[::2]:2/udp",
            "[::1%eth0]:1>[::2]:2/udp",
            "999.0.0.1:1>10.0.0.2:99999/tcp",
            "latest",
            "consensus:9",
            "true",
            "NaN",
            "-1",
            "4294967295",
            "4294967296",
            "99999999999999999999"),
        Arbitraries.integers().map(String::valueOf),
        Arbitraries.strings().ofMaxLength(40));
  }

  @Provide
  Arbitrary<String> queries() {
    Arbitrary<String> name =
        Arbitraries.frequencyOf(
            Tuple.of(
                9,
                Arbitraries.of(
                    "key", "policy", "redundancy", "from", "limit", "epoch", "unfinished")),
            Tuple.of(1, segments()));
    return Combinators.combine(name, segments())
        .as((n, value) -> n + "=" + value)
        .list()
        .ofMaxSize(3)
        .map(parts -> parts.isEmpty() ? "" : "?" + String.join("&", parts));
  }

  @Provide
  Arbitrary<String> bodies() {
    Arbitrary<String> scalar =
        Arbitraries.oneOf(
            texts().map(text -> "\"" + text.replaceAll("[\\\\\"\\p{Cntrl}]", "") + "\""),
            Arbitraries.of("null", "true", "0", "-1", "1e400", "0.5", "{}", "[]", "[null]"),
            Arbitraries.longs().map(String::valueOf));
    Arbitrary<String> list =
        scalar.list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]");
    Arbitrary<String> reference =
        Combinators.combine(scalar, scalar)
            .as((store, index) -> "{\"store\":" + store + ",\"list\":" + index + "}");
    Arbitrary<String> value = Arbitraries.oneOf(scalar, list, reference);
    Arbitrary<String> object =
        Combinators.combine(
                Arbitraries.of(
                    "keys",
                    "policy",
                    "redundancy",
                    "epoch",
                    "unfinished",
                    "list",
                    "threshold",
                    "service",
                    "address"),
                value)
            .as((name, v) -> "\"" + name + "\":" + v)
            .list()
            .ofMaxSize(4)
            .map(members -> members.stream().collect(Collectors.joining(",", "{", "}")));
    Arbitrary<String> queuePair =
        Combinators.combine(scalar, scalar, scalar, scalar, scalar)
            .as(
                (address, port, number, psn, mtu) ->
                    ("{\"service\":\"RC\",\"address\":%s,\"udpPort\":%s,\"queuePairNumber\":%s,"
                            + "\"startingPsn\":%s,\"pathMtu\":%s}")
                        .formatted(address, port, number, psn, mtu));
    return Arbitraries.oneOf(object, value, queuePair, Arbitraries.strings().ofMaxLength(20));
  }
}
