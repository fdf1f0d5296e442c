/**
 * RDMA: queue pairs towards remote memory and the memory itself. Knows nothing of telemetry.
 *
 * <p>{@link io.dta.rdma.RdmaQueuePair} is the contract that a translator writes to. {@code local}
 * implements it, {@code roce}, and {@code provider} for the libraries behind {@code verbs} and
 * {@code disni}; {@code requester} is what they have in common. {@code memory} holds the
 * collector's registered regions; {@code control} and {@code cm} are how the two sides connect.
 */
package io.dta.rdma;
