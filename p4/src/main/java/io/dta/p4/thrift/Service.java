package io.dta.p4.thrift;

import java.util.List;

/**
 * A service of the interface, and what its errors mean: all of a service's calls that are used here
 * throw exceptions with one field, a code.
 */
enum Service {
  TABLES(
      "standard",
      "TABLE_FULL",
      "INVALID_HANDLE",
      "EXPIRED_HANDLE",
      "COUNTERS_DISABLED",
      "METERS_DISABLED",
      "AGEING_DISABLED",
      "INVALID_TABLE_NAME",
      "INVALID_ACTION_NAME",
      "WRONG_TABLE_TYPE",
      "INVALID_MBR_HANDLE",
      "MBR_STILL_USED",
      "MBR_ALREADY_IN_GRP",
      "MBR_NOT_IN_GRP",
      "INVALID_GRP_HANDLE",
      "GRP_STILL_USED",
      "EMPTY_GRP",
      "DUPLICATE_ENTRY",
      "BAD_MATCH_KEY",
      "INVALID_METER_OPERATION",
      "DEFAULT_ACTION_IS_CONST",
      "DEFAULT_ENTRY_IS_CONST",
      "NO_DEFAULT_ENTRY",
      "INVALID_ACTION_PROFILE_NAME",
      "NO_ACTION_PROFILE_SELECTION",
      "IMMUTABLE_TABLE_ENTRIES",
      "BAD_ACTION_DATA",
      "NO_TABLE_KEY"),
  REGISTERS("standard", "INVALID_REGISTER_NAME", "INVALID_INDEX"),
  COUNTERS("standard", "INVALID_COUNTER_NAME", "INVALID_INDEX"),
  METERS(
      "standard",
      "INVALID_METER_NAME",
      "INVALID_INDEX",
      "BAD_RATES_LIST",
      "INVALID_INFO_RATE_VALUE",
      "INVALID_BURST_SIZE_VALUE"),
  VALUE_SETS("standard", "INVALID_PARSE_VSET_NAME"),
  HASHES("standard", "INVALID_CALCULATION_NAME", "WRONG_TYPE_CALCULATION", "INVALID_CONFIG"),
  MULTICAST(
      "simple_pre_lag", "TABLE_FULL", "INVALID_MGID", "INVALID_MGRP_HANDLE", "INVALID_L1_HANDLE"),
  SWITCH("simple_switch", "SESSION_NOT_FOUND");

  private final String prefix;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> errors;

  Service(String name, String... errors) {
    this.prefix = name + ":";
    this.errors = List.of(errors);
  }

  /** A method's name on the wire, where services share a port. */
  String qualified(String method) {
    return prefix + method;
  }

  /** The name of an error's code; codes count from 1. */
  String error(long code) {
    return code >= 1 && code <= errors.size() ? errors.get((int) code - 1) : "ERROR " + code;
  }
}
