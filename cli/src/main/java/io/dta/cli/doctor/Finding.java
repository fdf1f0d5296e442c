package io.dta.cli.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one check found.
 *
 * @param check what was looked at
 * @param verdict how good it is
 * @param found what is there
 * @param remedy what to do about it; null where nothing needs to be done
 */
record Finding(String check, Verdict verdict, String found, String remedy) {
  /** How good a finding is. */
  enum Verdict {
    @JsonProperty("ok")
    OK,
    /** Works, but slower or with less than it could have. */
    @JsonProperty("note")
    NOTE,
    /** Something will not work. */
    @JsonProperty("fail")
    FAIL
  }

  static Finding ok(String check, String found) {
    return new Finding(check, Verdict.OK, found, null);
  }

  static Finding note(String check, String found, String remedy) {
    return new Finding(check, Verdict.NOTE, found, remedy);
  }

  static Finding fail(String check, String found, String remedy) {
    return new Finding(check, Verdict.FAIL, found, remedy);
  }
}
