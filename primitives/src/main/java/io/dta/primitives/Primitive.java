package io.dta.primitives;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The reporting primitives of Direct Telemetry Access (SIGCOMM'23, section 3) and the opcode that
 * names each of them in a report's base header.
 */
public enum Primitive {
  /** Writes a value under a key into N hashed slots. */
  KEY_WRITE(1, "key-write"),
  /** Adds an entry to a list. */
  APPEND(2, "append"),
  /** Adds to N hashed counters. */
  KEY_INCREMENT(3, "key-increment"),
  /** Reports one hop of a flow's path; the translator writes all hops as one chunk. */
  POSTCARDING(4, "postcarding"),
  /**
   * Delivers one column of a reporter's sketch, to be merged with the same column of all other
   * reporters.
   */
  SKETCH_MERGE(5, "sketch-merge");

  private static final Primitive[] BY_OPCODE = {
    null, KEY_WRITE, APPEND, KEY_INCREMENT, POSTCARDING, SKETCH_MERGE
  };

  private final int opcode;
  private final String label;

  Primitive(int opcode, String label) {
    this.opcode = opcode;
    this.label = label;
  }

  /** The opcode in the base header, 1 to 5. */
  public int opcode() {
    return opcode;
  }

  /** The name in configuration files, in JSON and on the screen, such as {@code key-write}. */
  @JsonValue
  public String label() {
    return label;
  }

  /**
   * The primitive of an opcode.
   *
   * @param opcode an unsigned byte
   * @return null where no primitive has this opcode
   */
  public static Primitive ofOpcode(int opcode) {
    return opcode < BY_OPCODE.length ? BY_OPCODE[opcode] : null;
  }

  /**
   * The primitive of a label.
   *
   * @throws IllegalArgumentException naming the known labels
   */
  @JsonCreator
  public static Primitive ofLabel(String label) {
    for (Primitive primitive : values()) {
      if (primitive.label.equals(label)) {
        return primitive;
      }
    }
    throw new IllegalArgumentException(
        "unknown primitive '"
            + label
            + "': expected key-write, append, key-increment, postcarding or sketch-merge");
  }
}
