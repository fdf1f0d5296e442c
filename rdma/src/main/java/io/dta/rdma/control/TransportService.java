package io.dta.rdma.control;

/** The transport service of a queue pair. */
public enum TransportService {
  /** Reliable connection. */
  RC,
  /** Unreliable connection: RDMA WRITE only, never acknowledged. */
  UC
}
