/**
 * RDMA: queue pairs towards remote memory and the memory itself. Knows nothing of telemetry.
 *
 * <p>{@link io.dta.rdma.RdmaQueuePair} is the contract that a translator writes to; {@code local}
 * and {@code roce} implement it. {@code memory} holds the collector's registered regions, {@code
 * control} the messages by which the two sides connect.
 */
package io.dta.rdma;
