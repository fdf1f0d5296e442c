package io.dta.fattree.scenario;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.fattree.network.TransportSettings;

/** How hosts send. */
enum TransportChoice {
  /** DCTCP (RFC 8257). */
  @JsonProperty("dctcp")
  DCTCP,
  /** At the pace of the host's link, without acknowledgements and without retransmission. */
  @JsonProperty("line-rate")
  LINE_RATE;

  TransportSettings settings() {
    return this == DCTCP ? TransportSettings.DCTCP : TransportSettings.LINE_RATE;
  }
}
