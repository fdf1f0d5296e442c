package io.dta.primitives.hash;

import static io.dta.primitives.Vectors.bits;
import static io.dta.primitives.Vectors.bytes;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.primitives.Vectors;
import io.dta.primitives.key.KeyFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class HashVectorsTest {
  private static final JsonNode VECTORS = Vectors.read("hashes.json");

  @Test
  void shouldHaveTheVectorsPolynomialsAndCheckValues() {
    byte[] input = "123456789".getBytes(US_ASCII);
    int count = 0;
    for (JsonNode vector : VECTORS.get("polynomials")) {
      int polynomial =
          switch (vector.get("use").asText()) {
            case "checksum" -> Crc32Polynomials.CHECKSUM;
            case "collector" -> Crc32Polynomials.COLLECTOR;
            case "slot" -> Crc32Polynomials.slot(vector.get("copy").asInt());
            case "hop-word" -> Crc32Polynomials.hopWord(vector.get("hop").asInt());
            default -> throw new IllegalArgumentException(vector.toString());
          };
      assertEquals(bits(vector.get("polynomial")), polynomial, vector.toString());
      FixedLengthCrc crc = new FixedLengthCrc(polynomial, input.length);
      int check = crc.compute(new UnsafeBuffer(input), 0);
      assertEquals(bits(vector.get("check")), check, vector.toString());
      count++;
    }
    assertEquals(2 + Crc32Polynomials.MAX_COPIES + Crc32Polynomials.MAX_HOPS, count);
  }

  @Test
  void shouldHashTheVectorsKeys() {
    for (JsonNode vector : VECTORS.get("keys")) {
      byte[] key = bytes(vector.get("key"));
      UnsafeBuffer buffer = new UnsafeBuffer(key);
      checkSlots(HashScheme.INDEPENDENT, buffer, vector);
      checkSlots(HashScheme.PROTOTYPE, buffer, vector.get("prototype"));
      WordHasher words = new WordHasher(key.length, Crc32Polynomials.MAX_HOPS);
      words.hash(buffer, 0);
      for (int hop = 1; hop <= Crc32Polynomials.MAX_HOPS; hop++) {
        assertEquals(bits(vector.get("words").get(hop - 1)), words.word(hop), vector.toString());
      }
      assertEquals(
          vector.get("collectorOf3").asInt(),
          new CollectorHasher(key.length).collector(buffer, 0, 3));
      assertEquals(bits(vector.get("checksum")), new Checksum(key.length).compute(buffer, 0));
    }
  }

  @Test
  void shouldReadAndWriteTheVectorsKeys() {
    for (JsonNode vector : VECTORS.get("keys")) {
      KeyFormat format = KeyFormat.parse(vector.get("format").asText());
      byte[] key = bytes(vector.get("key"));
      assertEquals(key.length, format.length());
      assertArrayEquals(key, format.parseKey("0x" + vector.get("key").asText()));
      if (vector.has("text")) {
        assertEquals(vector.get("text").asText(), format.printKey(key));
        assertArrayEquals(key, format.parseKey(vector.get("text").asText()));
      }
    }
  }

  private static void checkSlots(HashScheme scheme, UnsafeBuffer key, JsonNode vector) {
    for (int copies = 1; copies <= Crc32Polynomials.MAX_COPIES; copies++) {
      KeyHasher hasher = new KeyHasher(scheme, key.capacity(), copies);
      hasher.hash(key, 0);
      for (int copy = 0; copy < copies; copy++) {
        assertEquals(bits(vector.get("slots").get(copy)), hasher.slot(copy), vector.toString());
      }
      assertEquals(bits(vector.get("checksum")), hasher.checksum(), vector.toString());
    }
  }
}
